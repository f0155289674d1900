"""SQLAlchemy's ORM with mapped classes of each version, and its reflection of a version's views."""

import unittest
from decimal import Decimal

import psycopg2
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.automap import automap_base

from shop import SharedScenario, ShopTest

OldBase = orm.declarative_base()
NewBase = orm.declarative_base()


class OldUser(OldBase):
    __tablename__ = "users"
    id = sa.Column(sa.BigInteger, primary_key=True)
    name = sa.Column(sa.Text, nullable=False)
    email = sa.Column(sa.Text, unique=True)
    age = sa.Column(sa.Text)
    orders = orm.relationship("OldOrder", back_populates="user", passive_deletes=True)


class OldOrder(OldBase):
    __tablename__ = "orders"
    id = sa.Column(sa.BigInteger, primary_key=True)
    user_id = sa.Column(sa.ForeignKey("users.id"), nullable=False)
    amount = sa.Column(sa.Numeric, nullable=False, server_default="0")
    user = orm.relationship(OldUser, back_populates="orders")


class NewUser(NewBase):
    __tablename__ = "users"
    id = sa.Column(sa.BigInteger, primary_key=True)
    full_name = sa.Column(sa.Text, nullable=False)
    email = sa.Column(sa.Text, unique=True)
    age = sa.Column(sa.Integer)
    locale = sa.Column(sa.Text, nullable=False, server_default="en")
    orders = orm.relationship("NewPurchase", back_populates="user", passive_deletes=True)


class NewPurchase(NewBase):
    __tablename__ = "purchases"
    id = sa.Column(sa.BigInteger, primary_key=True)
    user_id = sa.Column(sa.ForeignKey("users.id"), nullable=False)
    amount = sa.Column(sa.BigInteger, nullable=False, server_default="0")
    user = orm.relationship(NewUser, back_populates="orders")


class Client:
    """One version of the application; a session per method."""

    def __init__(self, dsn, user, order):
        self.engine = sa.create_engine(
            "postgresql+psycopg2://", creator=lambda: psycopg2.connect(dsn)
        )
        self.user_class = user
        self.order_class = order

    def session(self):
        return orm.Session(self.engine, future=True)

    def found(self, session, email):
        return session.execute(
            sa.select(self.user_class).filter_by(email=email)
        ).scalar_one_or_none()

    def make(self, values):
        with self.session() as session, session.begin():
            user = self.user_class(**values)
            session.add(user)
            session.flush()
            return user.id

    def upsert(self, values):
        statement = insert(self.user_class).values(**values)
        with self.session() as session, session.begin():
            session.execute(statement.on_conflict_do_update(index_elements=["email"], set_=values))

    def roll_back(self, values):
        with self.session() as session:
            session.add(self.user_class(**values))
            session.flush()
            session.rollback()

    def is_locked_while(self, key, other):
        with self.session() as session, other.session() as others:
            session.get(self.user_class, key, with_for_update=True)
            return others.get(other.user_class, key, with_for_update={"skip_locked": True}) is None

    def delete_user(self, email):
        with self.session() as session, session.begin():
            session.delete(self.found(session, email))

    def set_age(self, email, age):
        with self.session() as session, session.begin():
            self.found(session, email).age = age

    def add_order(self, user, amount):
        with self.session() as session, session.begin():
            session.add(self.order_class(user=session.get(self.user_class, user), amount=amount))

    def double_orders(self, user):
        with self.session() as session, session.begin():
            owner = session.get(self.user_class, user)
            for order in owner.orders:
                order.amount = self.order_class.amount * 2

    def orders(self, user):
        with self.session() as session:
            wanted = (
                sa.select(self.order_class.amount)
                .filter_by(user_id=user)
                .order_by(self.order_class.id)
            )
            return list(session.execute(wanted).scalars())


class OldClient(Client):
    def add_user(self, name, email, age):
        return self.make({"name": name, "email": email, "age": age})

    def add_user_and_roll_back(self, name, email):
        self.roll_back({"name": name, "email": email})

    def upsert_user(self, name, email, age):
        self.upsert({"name": name, "email": email, "age": age})

    def user(self, email):
        with self.session() as session:
            user = self.found(session, email)
            return user and (user.name, user.age)


class NewClient(Client):
    def add_user(self, name, email, age, locale):
        return self.make({"full_name": name, "email": email, "age": age, "locale": locale})

    def add_user_and_roll_back(self, name, email):
        self.roll_back({"full_name": name, "email": email})

    def upsert_user(self, name, email, age):
        self.upsert({"full_name": name, "email": email, "age": age})

    def user(self, email):
        with self.session() as session:
            user = self.found(session, email)
            return user and (user.full_name, user.age, user.locale)


class SqlalchemyTest(SharedScenario, ShopTest):
    def setUp(self):
        self.old = OldClient(self.shop.dsn(self.shop.old_role), OldUser, OldOrder)
        self.new = NewClient(self.shop.dsn(self.shop.new_role), NewUser, NewPurchase)
        self.addCleanup(self.old.engine.dispose)
        self.addCleanup(self.new.engine.dispose)

    def test_many_objects_at_once(self):
        with self.new.session() as session, session.begin():
            session.add_all(
                [
                    NewUser(full_name=f"Pam {i}", email=f"pam{i}@example.org", age=i)
                    for i in range(200)
                ]
            )
        with self.old.session() as session:
            names = (
                session.execute(sa.select(OldUser.name).where(OldUser.email.like("pam%")))
                .scalars()
                .all()
            )
        self.assertEqual(len(set(names)), 200)

    def test_joins_and_aggregates(self):
        key = self.new.add_user("Quin", "quin@example.org", 1, "en")
        self.new.add_order(key, 100)
        self.new.add_order(key, 250)
        for client, total in ((self.old, Decimal("3.5")), (self.new, 350)):
            with client.session() as session:
                found = session.execute(
                    sa.select(client.user_class.email, sa.func.sum(client.order_class.amount))
                    .join(client.order_class)
                    .filter(client.user_class.id == key)
                    .group_by(client.user_class.email)
                ).one()
            self.assertEqual(tuple(found), ("quin@example.org", total))

    def test_a_view_is_reflected_without_its_key_which_the_program_names(self):
        """The catalogue knows no key of a view: reflection needs it said, as for every view."""
        schema = self.new_schema()
        self.assertIn("users", sa.inspect(self.new.engine).get_view_names(schema=schema))
        columns = {
            c["name"]: c for c in sa.inspect(self.new.engine).get_columns("users", schema=schema)
        }
        self.assertEqual(list(columns), ["id", "full_name", "email", "age", "locale"])
        silent = automap_base(metadata=sa.MetaData(schema=schema))
        silent.prepare(autoload_with=self.new.engine)
        self.assertNotIn("users", silent.classes)
        metadata = sa.MetaData()
        sa.Table(
            "users",
            metadata,
            sa.Column("id", sa.BigInteger, primary_key=True),
            autoload_with=self.new.engine,
        )
        told = automap_base(metadata=metadata)
        told.prepare()
        with self.new.session() as session, session.begin():
            session.add(told.classes.users(full_name="Rae", email="rae@example.org", locale="de"))
        self.assertEqual(self.old.user("rae@example.org"), ("Rae", None))

    def new_schema(self):
        with self.new.engine.connect() as connection:
            return connection.execute(sa.text("SELECT current_schema()")).scalar_one()


if __name__ == "__main__":
    unittest.main()

"""Django's ORM: both versions of the models in one process, each with its own database alias."""

import unittest
from decimal import Decimal

import django
from django.conf import settings
from django.db import connections, models, transaction
from django.db.utils import ProgrammingError

from shop import SharedScenario, ShopTest

settings.configure(
    INSTALLED_APPS=["django_apps.old", "django_apps.new", "django_apps.managed"],
    SILENCED_SYSTEM_CHECKS=["models.E028"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.postgresql"},
        "new": {"ENGINE": "django.db.backends.postgresql"},
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django_apps.managed import models as managed  # noqa: E402: models need the settings
from django_apps.new import models as new  # noqa: E402
from django_apps.old import models as old  # noqa: E402


class Client:
    def __init__(self, alias, user, order):
        self.alias = alias
        self.users = user.objects.using(alias)
        self.order_class = order
        self.all_orders = order.objects.using(alias)

    def add_user_with(self, **values):
        return self.users.create(**values).id

    def roll_back(self, **values):
        with transaction.atomic(using=self.alias):
            self.users.create(**values)
            transaction.set_rollback(True, using=self.alias)

    def is_locked_while(self, key, other):
        with transaction.atomic(using=self.alias), transaction.atomic(using=other.alias):
            self.users.select_for_update().get(id=key)
            return not other.users.select_for_update(skip_locked=True).filter(id=key).exists()

    def delete_user(self, email):
        self.users.get(email=email).delete()

    def set_age(self, email, age):
        user = self.users.get(email=email)
        user.age = age
        user.save()

    def add_order(self, user, amount):
        self.all_orders.create(user_id=user, amount=amount)

    def double_orders(self, user):
        self.all_orders.filter(user_id=user).update(amount=models.F("amount") * 2)

    def orders(self, user):
        return [order.amount for order in self.all_orders.filter(user_id=user).order_by("id")]


class OldClient(Client):
    def add_user(self, name, email, age):
        return self.add_user_with(name=name, email=email, age=age)

    def add_user_and_roll_back(self, name, email):
        self.roll_back(name=name, email=email)

    def upsert_user(self, name, email, age):
        self.users.update_or_create(email=email, defaults={"name": name, "age": age})

    def user(self, email):
        return self.users.filter(email=email).values_list("name", "age").first()


class NewClient(Client):
    def add_user(self, name, email, age, locale):
        return self.add_user_with(full_name=name, email=email, age=age, locale=locale)

    def add_user_and_roll_back(self, name, email):
        self.roll_back(full_name=name, email=email)

    def upsert_user(self, name, email, age):
        self.users.update_or_create(email=email, defaults={"full_name": name, "age": age})

    def user(self, email):
        return self.users.filter(email=email).values_list("full_name", "age", "locale").first()


class DjangoTest(SharedScenario, ShopTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for alias, role in (("default", cls.shop.old_role), ("new", cls.shop.new_role)):
            at = cls.shop.parameters(role)
            connections[alias].settings_dict.update(
                {"NAME": at["dbname"], "USER": role, "HOST": at["host"], "PORT": at["port"]}
            )
        cls.old = OldClient("default", old.User, old.Order)
        cls.new = NewClient("new", new.User, new.Purchase)
        cls.addClassCleanup(connections.close_all)

    def test_bulk_writes(self):
        made = self.new.users.bulk_create(
            [
                new.User(full_name=f"Sam {i}", email=f"sam{i}@example.org", age=i)
                for i in range(250)
            ],
            batch_size=100,
        )
        self.assertEqual(len({user.id for user in made}), 250)
        self.new.users.bulk_create(
            [new.User(full_name="Sam", email="sam1@example.org")], ignore_conflicts=True
        )
        some = list(self.old.users.filter(email__startswith="sam").order_by("id"))
        for user in some:
            user.age = str(int(user.age) + 1)
        self.old.users.bulk_update(some, ["age"], batch_size=100)
        self.assertEqual(
            self.new.users.filter(email__startswith="sam").aggregate(total=models.Sum("age")),
            {"total": 31375},
        )

    def test_iterators_use_cursors_on_the_server(self):
        with transaction.atomic(using="new"):
            self.assertEqual(
                [
                    order.id
                    for order in self.new.all_orders.filter(id__lte=3)
                    .order_by("id")
                    .iterator(chunk_size=1)
                ],
                [1, 2, 3],
            )

    def test_annotations_group_by_every_column_of_a_view(self):
        found = dict(
            self.new.users.filter(id=1)
            .annotate(total=models.Sum("orders__amount"))
            .values_list("full_name", "total")
        )
        self.assertEqual(found, {"Ada": 1950})
        self.assertEqual(
            self.old.users.annotate(total=models.Sum("orders__amount")).get(id=1).total,
            Decimal("19.5"),
        )
        # Grouped by the key alone, which is no key of a view: the way round is `managed = False`.
        with self.assertRaises(ProgrammingError):
            list(managed.User.objects.using("new").annotate(total=models.Count("orders")))


if __name__ == "__main__":
    unittest.main()

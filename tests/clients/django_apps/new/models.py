"""The application's models after it, as a version's views serve them."""

from django.db import models


class User(models.Model):
    full_name = models.TextField()
    email = models.TextField(unique=True, null=True)
    age = models.IntegerField(null=True)
    locale = models.TextField(default="en")

    class Meta:
        db_table = "users"
        # A version's table is a view: Django then groups by every column that it selects.
        managed = False


class Purchase(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="orders")
    amount = models.BigIntegerField(default=0)

    class Meta:
        db_table = "purchases"
        managed = False

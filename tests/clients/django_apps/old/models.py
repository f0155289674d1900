"""The application's models before the migration."""

from django.db import models


class User(models.Model):
    name = models.TextField()
    email = models.TextField(unique=True, null=True)
    age = models.TextField(null=True)

    class Meta:
        db_table = "users"


class Order(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="orders")
    amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta:
        db_table = "orders"

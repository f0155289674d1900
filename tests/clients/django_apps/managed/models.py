"""The same as Django itself would have made them: it takes the tables for its own."""

from django.db import models


class User(models.Model):
    full_name = models.TextField()

    class Meta:
        db_table = "users"


class Purchase(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="orders")

    class Meta:
        db_table = "purchases"

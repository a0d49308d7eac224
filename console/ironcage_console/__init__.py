"""What people meet: the ``ironcage`` command."""

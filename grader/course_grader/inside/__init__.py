"""What runs behind the walls: how they are completed from within, and the worker."""

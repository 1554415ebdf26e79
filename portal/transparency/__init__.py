"""The public log: what was filed, told, decided and published can no longer be taken back."""

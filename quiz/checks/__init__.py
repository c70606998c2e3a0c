"""The cheap checks of an item, and whether it was asked before."""

"""Whole years of a county in an isolated copy: the desk's own use cases under a virtual clock.

People are made up, time and trouble too; everything that the desk does is what it does in earnest. Nothing here is
known to the rest of the product, and no line of it changes how the desk works.
"""

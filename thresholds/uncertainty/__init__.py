"""Every interval of the product."""

"""Templates of the page; a package so that wheels hold them."""

"""Files: where photos and signatures lie, and how an upload becomes a picture that is safe to show."""

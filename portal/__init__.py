"""The portal: anonymous reports of police misconduct, and honest statistics about them."""

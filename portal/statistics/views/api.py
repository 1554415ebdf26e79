"""What programs ask for: releases, tables and the catalogue."""

"""What readers see of releases, as files: pictures, pages, the feed, a copy of everything.

Data in, bytes out: nothing here knows a request, a session or a setting.
"""

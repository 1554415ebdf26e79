"""How the portal is served: patient with slow people, and forgetful of what they sent.

`python -m portal.serving` starts a master that loads the portal and never answers anybody, its
workers, and a nursery that bears one process for each request that takes long (decision 17).
"""

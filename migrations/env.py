"""How Alembic reaches the database: by the portal's own settings."""

from alembic import context

from portal.core.db import Base, make_engine

url = context.config.get_main_option("sqlalchemy.url")
if url is None:
    raise RuntimeError("say which database to migrate")
engine = make_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()

# Run before each start: the tables, and the project whose key and number the DSN names. Without the project reports are
# refused, and `helm test` says so; Bugsink starts all the same.
import os
import traceback
import uuid
from urllib.parse import urlsplit

from django.core.management import call_command

call_command("migrate", verbosity=0)
try:
    from projects.models import Project
    from teams.models import Team

    dsn = urlsplit(os.environ["DSN"])
    name = os.environ["PROJECT"]
    key = {"sentry_key": uuid.UUID(dsn.username)}
    team, _ = Team.objects.get_or_create(name=name)
    Project.objects.update_or_create(
        id=int(dsn.path.strip("/")),
        defaults=key,
        create_defaults={**key, "name": name, "team": team},
    )
except Exception:
    traceback.print_exc()

"""A Django site on a port of its own that shares its database with Postern: Django's own views, sessions, messages and CSRF check.

The environment has DB_PATH (of a file of SQLite) or DB_URL (of PostgreSQL or MariaDB), SECRET_KEY and perhaps SECRET_KEY_FALLBACKS, by
commas, SESSION_ENGINE, and REFUSE_STORED_KEYS, the page of the documentation that has that middleware. The first line that it prints says where it
listens; then it takes commands in lines of JSON, and answers in such lines, until its input ends.
"""
import json
import os
import re
import sys
import threading
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings


def database():
    url = urlsplit(os.environ.get("DB_URL", ""))
    if url.scheme == "":
        options = {"timeout": 20, "transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DB_PATH"], "OPTIONS": options}
    engine = "mysql" if url.scheme == "mysql" else "postgresql"
    return {
        "ENGINE": f"django.db.backends.{engine}",
        "NAME": url.path[1:],
        "HOST": url.hostname,
        "PORT": url.port or "",
        "USER": url.username or "",
        "PASSWORD": url.password or "",
        "OPTIONS": {name: values[0] for name, values in parse_qs(url.query).items()},
    }


PAGES = {
    "registration/login.html": "<form method=post>{% csrf_token %}{{ form }}</form>",
    "registration/logged_out.html": "You are logged out",
    "registration/password_change_form.html": "{{ form.errors }}",
    "registration/password_change_done.html": "changed",
    "registration/password_reset_form.html": "",
    "registration/password_reset_done.html": "",
    "registration/password_reset_email.html": "",
    "registration/password_reset_confirm.html": "{% if validlink %}choose{% else %}invalid{% endif %}{{ form.errors }}",
    "registration/password_reset_complete.html": "complete",
}

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    SECRET_KEY_FALLBACKS=[key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key],
    SESSION_ENGINE=os.environ.get("SESSION_ENGINE", "django.contrib.sessions.backends.db"),
    DATABASES={"default": database()},
    # No admin: its own logged-out and password pages would be found first.
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"],
    MIDDLEWARE=[
        *(["__main__.RefuseStoredKeys"] if "REFUSE_STORED_KEYS" in os.environ else []),
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", PAGES)]},
        }
    ],
    # As Postern's in these tests: what it costs is not what they are about.
    PASSWORD_HASHERS=["__main__.QuickHasher"],
    AUTH_PASSWORD_VALIDATORS=[],
    ROOT_URLCONF="__main__",
    ALLOWED_HOSTS=["127.0.0.1"],
    LOGIN_REDIRECT_URL="/me",
    # Links to choose a password have the local time in them; Postern's `timeZone` is UTC unless it is set.
    TIME_ZONE="UTC",
    USE_TZ=True,
)

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 1


django.setup()

if "REFUSE_STORED_KEYS" in os.environ:
    with open(os.environ["REFUSE_STORED_KEYS"]) as page:
        exec(re.search(r"```python\n(# refuse_stored_keys.*?)```", page.read(), re.DOTALL)[1])

from django.contrib import messages  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.contrib.auth.tokens import default_token_generator  # noqa: E402
from django.contrib.sessions.backends import signed_cookies  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils.encoding import force_bytes  # noqa: E402
from django.utils.http import urlsafe_base64_encode  # noqa: E402

User = get_user_model()


# What each page answers is what Postern's page of the same path answers in django.test.ts.
def me(request):
    return HttpResponse(str(request.user))


def may(request):
    return HttpResponse("yes" if request.user.has_perm(request.GET["what"]) else "no")


def put(request):
    for name, value in request.GET.items():
        request.session[name] = value
    return HttpResponse("put")


def values(request):
    kept = {name: value for name, value in request.session.items() if not name.startswith("_")}
    return HttpResponse(json.dumps(kept, separators=(",", ":"), sort_keys=True))


slow_page_entered, slow_page_may_go = threading.Event(), threading.Event()


def slow(request):
    request.session["cart"] = "late"
    slow_page_entered.set()
    slow_page_may_go.wait(20)
    return HttpResponse("saved")


def expire(request):
    request.session.set_expiry(int(request.GET["seconds"]))
    return HttpResponse("set")


def age(request):
    return HttpResponse(f"{request.session.get_expiry_age()} {str(request.session.get_expire_at_browser_close()).lower()}")


def cycle(request):
    request.session.cycle_key()
    return HttpResponse("cycled")


def say(request):
    messages.warning(request, request.GET["text"], extra_tags="loud")
    return HttpResponse("said")


def heard(request):
    return HttpResponse("|".join(f"{message.tags}: {message}" for message in messages.get_messages(request)))


def csrf(request):
    return HttpResponse(get_token(request))


def write(request):
    return HttpResponse(f"{request.method} was let in")


urlpatterns = [
    path("me", me),
    path("may", may),
    path("put", put),
    path("values", values),
    path("cycle", cycle),
    path("slow", slow),
    path("expire", expire),
    path("age", age),
    path("say", say),
    path("heard", heard),
    path("csrf", csrf),
    path("write", write),
    path("accounts/", include("django.contrib.auth.urls")),
]


def create_user(**fields):
    return User.objects.create_user(**fields).pk


def set_password(id, password):
    user = User.objects.get(pk=id)
    user.set_password(password)
    user.save()


def check_password(id, password):
    return User.objects.get(pk=id).check_password(password)


def set_active(id, active):
    User.objects.filter(pk=id).update(is_active=active)


def give(id, codename):
    User.objects.get(pk=id).user_permissions.add(Permission.objects.get(codename=codename))


def take(id, codename):
    User.objects.get(pk=id).user_permissions.remove(Permission.objects.get(codename=codename))


def join(id, name, codename):
    group = Group.objects.get_or_create(name=name)[0]
    group.permissions.add(Permission.objects.get(codename=codename))
    User.objects.get(pk=id).groups.add(group)


def reset_path(id):
    user = User.objects.get(pk=id)
    return f"/accounts/reset/{urlsafe_base64_encode(force_bytes(user.pk))}/{default_token_generator.make_token(user)}/"


def sessions(id):
    """How many rows name this user in their payload."""
    return sum(session.get_decoded().get("_auth_user_id") == str(id) for session in Session.objects.all())


def delete_user(id):
    User.objects.get(pk=id).delete()


def slow_page(step):
    if step == "begin":
        slow_page_entered.clear()
        slow_page_may_go.clear()
    elif step == "entered":
        return slow_page_entered.wait(20)
    else:
        slow_page_may_go.set()


def signed_cookie(values, now):
    with mock.patch("time.time", return_value=now):
        session = signed_cookies.SessionStore()
        session.update(values)
        session.save()
        return session.session_key


def read_signed_cookie(cookie, now):
    with mock.patch("time.time", return_value=now):
        return signed_cookies.SessionStore(cookie).load()


def clear_sessions():
    call_command("clearsessions")


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"django": django.get_version(), "base": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps(globals()[command.pop("do")](**command)), flush=True)

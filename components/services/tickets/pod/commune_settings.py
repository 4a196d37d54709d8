"""Settings of pretix where its servers are several: a connection to a cache that was lost with its node is closed."""
import socket

from production_settings import *  # noqa: F403

for _cache in CACHES.values():  # noqa: F405
    if _cache["BACKEND"] == "django_redis.cache.RedisCache":
        _cache["OPTIONS"].update(SOCKET_TIMEOUT=__ANSWER__, SOCKET_CONNECT_TIMEOUT=__CONNECT__)

CELERY_REDIS_SOCKET_TIMEOUT = __ANSWER__
CELERY_REDIS_SOCKET_CONNECT_TIMEOUT = __CONNECT__

# A worker waits for work on a connection that no timeout of its own ends. pretix reads these options from its file as
# JSON, in which names of options of a socket cannot be numbers.
CELERY_BROKER_TRANSPORT_OPTIONS.update(  # noqa: F405
    socket_timeout=__ANSWER__,
    socket_connect_timeout=__CONNECT__,
    socket_keepalive=True,
    socket_keepalive_options={
        socket.TCP_KEEPIDLE: __IDLE__,
        socket.TCP_KEEPINTVL: __INTERVAL__,
        socket.TCP_KEEPCNT: __PROBES__,
        socket.TCP_USER_TIMEOUT: __SILENT_MS__,
    },
)

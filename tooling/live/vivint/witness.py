"""Lets a test drive the unmodified vivintpy: one JSON object per line in, one per line out.

The package has its hosts written into it, so this launcher sets its module constants, and the stream's address in PubNub's configuration,
before anything connects. Nothing else of either package is touched. The process ends when standard input does.

Usage: witness.py '{"login": "http://…", "api": "http://…/api", "stream": "http://…"}'
"""

import asyncio
import base64
import hashlib
import json
import sys
from importlib.metadata import files
from urllib.parse import urlsplit

import pubnub.pnconfiguration
import vivintpy.api
from vivintpy.account import Account
from vivintpy.devices.alarm_panel import DEVICE_DELETED, DEVICE_DISCOVERED
from vivintpy.devices.camera import DOORBELL_DING, MOTION_DETECTED, THUMBNAIL_READY, VIDEO_READY
from vivintpy.entity import UPDATE


def by_name(url: str) -> str:
    """aiohttp keeps no cookies for an address made of numbers."""
    return url.replace("127.0.0.1", "localhost")


def point_at(urls: dict) -> None:
    vivintpy.api.AUTH_ENDPOINT = by_name(urls["login"])
    vivintpy.api.API_ENDPOINT = by_name(urls["api"])
    configuration = pubnub.pnconfiguration.PNConfiguration
    original = configuration.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.origin = urlsplit(urls["stream"]).netloc
        self.ssl = False

    configuration.__init__ = init


def is_published(file) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_binary()).digest()).rstrip(b"=").decode()
    return file.hash.value == digest


def value_of(thing):
    """A property's value in JSON: enums by name, what cannot be written as text."""
    if hasattr(thing, "name") and hasattr(thing, "value"):
        return thing.name
    return thing if isinstance(thing, (bool, int, float, str, type(None))) else str(thing)


def properties_of(entity) -> dict:
    found = {"class": type(entity).__name__}
    for name in dir(type(entity)):
        if name.startswith("_") or not isinstance(getattr(type(entity), name), property) or name in ("data", "api", "parent"):
            continue
        try:
            found[name] = value_of(getattr(entity, name))
        except KeyError as missing:
            found[name] = {"missing": str(missing)}
    return found


class Witness:
    def __init__(self) -> None:
        self.account: Account | None = None

    def emit(self, message: dict) -> None:
        sys.stdout.write(json.dumps(message, default=str) + "\n")
        sys.stdout.flush()

    async def changed_files(self):
        """Files of the package that are not as they were published."""
        return [str(file) for file in files("vivintpy") or [] if file.hash and not is_published(file)]

    async def connect(self, username, password=None, refresh_token=None, subscribe=False):
        await self.disconnect()
        self.account = Account(username=username, password=password, refresh_token=refresh_token)
        await self.account.connect(load_devices=True, subscribe_for_realtime_updates=subscribe)

    async def verify(self, code):
        await self.account.verify_mfa(code)

    async def subscribe(self):
        await self.account.subscribe_for_realtime_updates()

    async def refresh(self):
        await self.account.refresh()

    async def refresh_token(self):
        await self.account.api.refresh_token(self.account.refresh_token)

    async def token(self):
        return self.account.refresh_token

    async def disconnect(self):
        if self.account:
            await self.account.disconnect()

    async def systems(self):
        return [
            {
                "id": system.id,
                "name": system.name,
                "admin": system.is_admin,
                "users": [properties_of(user) for user in system.users],
                "panels": [
                    {**properties_of(panel), "devices": [properties_of(device) for device in panel.devices]} for panel in system.alarm_panels
                ],
            }
            for system in self.account.systems
        ]

    def _panel(self, panel_id, partition_id):
        return next(
            panel
            for system in self.account.systems
            for panel in system.alarm_panels
            if panel.id == panel_id and panel.partition_id == partition_id
        )

    async def panel(self, panel_id, partition_id, method, *args):
        """Calls a method of an alarm panel."""
        return await getattr(self._panel(panel_id, partition_id), method)(*args)

    async def device(self, panel_id, partition_id, device_id, method, args=(), kwargs=None):
        """Calls a method of a device."""
        device = next(device for device in self._panel(panel_id, partition_id).devices if device.id == device_id)
        return await getattr(device, method)(*args, **(kwargs or {}))

    async def watch(self):
        """Reports every change and event of every panel and device from now on."""
        for system in self.account.systems:
            for panel in system.alarm_panels:
                self._watch(panel, (UPDATE, DEVICE_DISCOVERED, DEVICE_DELETED))
                for device in panel.devices:
                    self._watch(device, (UPDATE, THUMBNAIL_READY, DOORBELL_DING, VIDEO_READY, MOTION_DETECTED))

    def _watch(self, entity, names):
        where = {"panel": entity.panel_id if hasattr(entity, "panel_id") else entity.id, "id": entity.id, "class": type(entity).__name__}
        for name in names:
            entity.on(name, lambda data, name=name: self.emit({"event": name, **where, "data": data.get("data", {})}))

    async def run(self, line: str) -> None:
        request = json.loads(line)
        try:
            result = await getattr(self, request["call"])(*request.get("args", []), **request.get("kwargs", {}))
            self.emit({"id": request["id"], "result": result})
        except Exception as error:  # Whatever the library raises is what the test wants to see.
            self.emit({"id": request["id"], "error": {"type": type(error).__name__, "message": str(error)}})


async def main() -> None:
    point_at(json.loads(sys.argv[1]))
    witness = Witness()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await witness.run(line)
    await witness.disconnect()


if __name__ == "__main__":
    asyncio.run(main())

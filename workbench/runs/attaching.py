"""Files in a prompt: which they are, what is wrong with them, and the blocks that they become for one model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from workbench.connections.capabilities import Capabilities
from workbench.connections.models import Connection, Kind
from workbench.files.access import get_files
from workbench.files.blocks import FileData, Takes, blocks_of, framed, why_not
from workbench.files.models import StoredFile
from workbench.files.options import MAX_SIDE, FileOptions, OptionsError, read_options
from workbench.files.provider import is_for_provider
from workbench.files.text import text_of
from workbench.files.tokens import about_tokens
from workbench.files.words import grouped
from workbench.prompts.turns import AttachedFile, Turn, plain_content, with_mark
from workbench.teams.models import Member

# The API's limit of one request's body (api reference, endpoints), and what is left of it for all but files.
MAX_REQUEST = 32 * 1000 * 1000
# Images of one request; half the models' window or less take the smaller number (api reference, content blocks).
MAX_IMAGES, MAX_IMAGES_SMALL = 600, 100
SMALL_WINDOW = 200_000  # tokens
# With more images than these each must be smaller (px; the same place).
MANY_IMAGES, MAX_SIDE_OF_MANY = 20, 2000

TEXT_ONLY = Takes(images=False, pdf=False, documents=False)


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a prompt names, by id. `mark` begins the places in its texts where a variable stands for one: it
    is made anew for each request, so that nothing that anybody wrote holds it."""

    found: Mapping[str, StoredFile] = field(default_factory=dict)
    mark: str = ""

    def place_of(self, file_id: str) -> str:
        """What stands in a text where a file belongs."""
        return f"{self.mark}{file_id};"

    def split(self, text: str) -> list[str | StoredFile]:
        """A text as its stretches and the files between them."""
        if not self.mark or self.mark not in text:
            return [text]
        parts: list[str | StoredFile] = []
        for index, part in enumerate(text.split(self.mark)):
            file_id, _end, rest = part.partition(";") if index else ("", "", part)
            parts += [self.found[file_id]] if file_id else []
            parts += [rest] if rest else []
        return parts


NO_FILES = Files()


def takes_of(connection: Connection, capabilities: Capabilities) -> Takes:
    """Which blocks of files a model takes."""
    return Takes(
        images=capabilities.images,
        pdf=capabilities.pdf,
        documents=capabilities.documents,
        provider_files=connection.kind == Kind.ANTHROPIC,
        citations=capabilities.citations,
    )


def content_with_files(turn: Turn, files: Files, takes: Takes) -> str | list[dict[str, Any]]:
    """The content of a turn with its files: after results of tools, before the text; a variable's in its own place.

    Raises:
        CannotSendError: a file cannot be sent to this model.
        FileGoneError: the storage has lost one.
    """
    content = plain_content(turn)
    attached = [
        block
        for each in turn.get("files", ())
        for block in blocks_of(files.found[each["id"]], options_of(each, files), takes)
    ]
    if not attached and not (files.mark and files.mark in turn["text"]):
        return with_mark(content, turn)
    if isinstance(content, str):
        content = [{"type": "text", "text": content}] if content.strip() else []
    content = [part for block in content for part in _parts(block, files, takes)]
    results = next((index for index, block in enumerate(content) if block.get("type") != "tool_result"), len(content))
    return with_mark([*content[:results], *attached, *content[results:]], turn)


def _parts(block: dict[str, Any], files: Files, takes: Takes) -> Iterator[dict[str, Any]]:
    """A text with files in it as blocks; any other block as it is."""
    text = block.get("text") if block.get("type") == "text" else None
    if not isinstance(text, str) or not files.mark or files.mark not in text:
        yield block
        return
    for part in files.split(text):
        if isinstance(part, StoredFile):
            yield from blocks_of(part, FileOptions(), takes)
        elif part.strip():
            yield {**block, "text": part}


def text_with_files(text: str, files: Files) -> str:
    """A system prompt: of files in it stands their text, in a frame.

    Raises:
        FileGoneError: the storage has lost one.
    """
    return "".join(
        framed(part.name, "", text_of(part, FileOptions())) if isinstance(part, StoredFile) else part
        for part in files.split(text)
    )


def sent_files(turns: Iterable[Turn], files: Files) -> list[tuple[StoredFile, FileOptions]]:
    """Every file in messages, with how it is sent; those of variables as they are. Raises OptionsError."""
    found = []
    for turn in turns:
        found += [(files.found[each["id"]], options_of(each, files)) for each in turn.get("files", ())]
        found += [(part, FileOptions()) for part in files.split(turn["text"]) if isinstance(part, StoredFile)]
    return found


def files_in(turns: Iterable[Turn], member: Member, more: Iterable[str] = ()) -> dict[str, StoredFile]:
    """The files that turns name, and more ids, by id; those that are not (or no more) the workspace's are missing. One
    query."""
    ids = {UUID(attached["id"]) for turn in turns for attached in turn.get("files", ())} | set(map(UUID, more))
    return {str(file_id): file for file_id, file in get_files(member, ids).items()} if ids else {}


def options_of(attached: AttachedFile, files: Files) -> FileOptions:
    """How a file is sent. Raises OptionsError."""
    return read_options(files.found[attached["id"]], attached["options"])


def slot_of(key: str, file_id: str) -> str:
    """The name of the error slot beside a file in the page; `key` is the turn's."""
    return f"{key}-{file_id}"


def problems_with(turns: Iterable[tuple[Turn, str]], files: Files) -> Iterator[tuple[str, str]]:
    """What is wrong with the files of turns (each with its key) for any model: error slot and words."""
    for turn, key in turns:
        for attached in turn.get("files", ()):
            slot = slot_of(key, attached["id"])
            if turn["role"] != "user":
                yield slot, _("Files belong into messages of the user. Switch the role, or remove the file.")
            elif attached["id"] not in files.found:
                words = _("“%(name)s” is not among the workspace’s files any more. Remove it, or upload it again.")
                yield slot, words % {"name": attached["name"]}
            else:
                try:
                    options_of(attached, files)
                except OptionsError as wrong:
                    yield slot, str(wrong)


def why_refused(turns: Sequence[Turn], files: Files, connection: Connection, capabilities: Capabilities) -> str:
    """Why a model would refuse these files, in words; empty if it takes them. Each file's options must be right."""
    takes = takes_of(connection, capabilities)
    attached = sent_files(turns, files)
    for file, _options in attached:
        if why := why_not(file, takes):
            return why
    if not attached or connection.kind != Kind.ANTHROPIC:
        return ""
    images = [_longest_side(file, options) for file, options in attached if file.is_image]
    most = MAX_IMAGES_SMALL if (capabilities.max_input_tokens or SMALL_WINDOW) <= SMALL_WINDOW else MAX_IMAGES
    if len(images) > most:
        words = _("These are %(count)s images; this model takes %(most)s in one request.")
        return words % {"count": len(images), "most": most}
    side = MAX_SIDE_OF_MANY if len(images) > MANY_IMAGES else MAX_SIDE
    if max(images, default=0) > side:
        words = _("An image has more than %(side)s px a side, which is refused. Send it smaller.")
        if side != MAX_SIDE:
            words = _("In a request with many images none may have more than %(side)s px a side. Send them smaller.")
        return words % {"side": grouped(side)}
    inline = sum(
        file.size * 4 // 3
        for file, options in attached
        if not is_for_provider(file, options, takes, connection) and not (options.pages or options.max_side)
        if file.is_image or (file.media_type == "application/pdf" and not options.as_text)
    )
    if inline > MAX_REQUEST:
        return _("Together these files are larger than the 32 MB that one request takes. Send fewer, or smaller ones.")
    return ""


def countable(body: Mapping[str, Any], turns: Sequence[Turn], files: Files) -> tuple[dict[str, Any], int]:
    """A body for counting without the bytes of files: they are not sent at every key. And about their tokens."""
    sent = {block["source"]["data"].file_id for block in _file_blocks(body)}
    tokens = sum(about_tokens(file, options) or 0 for file, options in sent_files(turns, files) if file.pk in sent)
    return {**body, "messages": [_without_bytes(message) for message in body["messages"]]}, tokens


def _without_bytes(message: Mapping[str, Any]) -> dict[str, Any]:
    left = message["content"]
    if not isinstance(left, str):
        left = [block for block in left if not _has_bytes(block)] or "."
    return {**message, "content": left}


def _file_blocks(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for message in body["messages"]:
        if not isinstance(message["content"], str):
            yield from filter(_has_bytes, message["content"])


def _has_bytes(block: Mapping[str, Any]) -> bool:
    source = block.get("source")
    return isinstance(source, Mapping) and isinstance(source.get("data"), FileData)


def _longest_side(file: StoredFile, options: FileOptions) -> int:
    side = max(file.number("width"), file.number("height"))
    return min(side, options.max_side or side)


def large_files(turns: Sequence[Turn], files: Files, takes: Takes, connection: Connection) -> set[FileData]:
    """The files that the connection's own server should keep: see files.provider."""
    return {
        FileData(file.pk)
        for file, options in sent_files(turns, files)
        if is_for_provider(file, options, takes, connection)
    }

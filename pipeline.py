"""jixiao: from sources to tables. The one place that knows all rooms, and the command line."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from audit.rule import broken, check
from extract import office
from extract.detect import media_type
from extract.document import Document, Source
from extract.errors import DocumentError, JixiaoError, TooLarge, UsageError
from extract.forms.form import Form
from extract.forms.recognise import recognise
from extract.readers import read
from extract.unpack import Member, is_container, members
from normalize.normalise import normalise
from normalize.redact import redacted
from normalize.taxonomy import check as check_taxonomy
from normalize.taxonomy import taxonomy
from review.schema import as_text
from review.summary import Summary, as_table, summarise
from review.tree import Reviewed, as_json, as_tree
from warehouse import ddl as warehouse_ddl
from warehouse import lake
from warehouse.reading import known
from warehouse.rows import ConceptRow, DocumentRow, FormReading, Reading, build, ingestion_time, storable

MAX_BYTES = 512 * 1024 * 1024
GOLDEN = ".golden.json"  # expectations that lie beside our own fixtures; no documents

app = typer.Typer(
    help="读取绩效目标表与自评表，写出干净的数据表。Reads budget performance forms into clean tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


taxonomy_app = typer.Typer(help="指标分类 The taxonomy of indicators.", no_args_is_help=True)
app.add_typer(taxonomy_app, name="taxonomy")


def files(sources: Iterable[Path], *, without: Path | None = None) -> Iterator[Path]:
    """The files that the sources name, folders walked in the order of names.

    Hidden files, our own goldens and the folder `without` (the output) are passed over. UsageError,
    before anything is yielded, for a source that does not exist.
    """
    given = list(sources)
    missing = [str(path) for path in given if not path.exists()]
    if missing:
        raise UsageError(f"路径不存在：{'、'.join(missing)}；请检查拼写")
    return (path for source in given for path in _walk(source, without))


def _walk(source: Path, without: Path | None) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    for folder, subfolders, names in os.walk(source):
        here = Path(folder)
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith(".") and (without is None or (here / name).resolve() != without.resolve())
        )
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith(GOLDEN):
                yield here / name


def versions() -> tuple[str, str]:
    """The versions of program and taxonomy that a reading made now carries."""
    return metadata.version("jixiao"), taxonomy().version


def documents(path: Path) -> Iterator[Member]:
    """The documents of a file: itself, or those in it where it is an archive or a mail.

    Never raises: what cannot be opened is a member with its error, known by its path alone.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLarge(f"文件超过 {MAX_BYTES // 2**20} MiB；请拆分后重试")
        data = path.read_bytes()
    except OSError as error:
        yield _unopened(path, DocumentError(f"文件无法打开：{error.strerror}；请检查权限"))
        return
    except DocumentError as error:
        yield _unopened(path, error)
        return
    kind = media_type(data, path.name)
    source = Source(path.as_posix(), hashlib.sha256(data).hexdigest(), kind, len(data))
    if is_container(kind):
        yield from members(data, source)
    else:
        yield Member(source, data)


def _unopened(path: Path, error: DocumentError) -> Member:
    identity = hashlib.sha256(path.as_posix().encode("utf-8", "surrogateescape")).hexdigest()
    return Member(Source(path.as_posix(), identity, "", 0), error=error)


def process(
    member: Member, *, converted: bytes | DocumentError | None = None, keep_contacts: bool = False
) -> Reading:
    """All that one document yields. Never raises: what cannot be read becomes a row that says why.

    `converted` is what a batch made of an old office document; without it, it is converted alone.
    """
    source = member.source
    try:
        document = read_member(member, converted)
        records = [normalise(form) for form in forms_of(document, keep_contacts=keep_contacts)]
    except DocumentError as error:
        return Reading(_document_row(source, None, error.code, str(error)))
    except Exception as error:  # one bad document must not end the batch
        message = f"程序内部错误（{type(error).__name__}: {error}）；请附上文件报告问题"
        return Reading(_document_row(source, None, "crashed", message))
    forms = tuple(FormReading(record, broken(check(record))) for record in records)
    return Reading(_document_row(source, document, forms=len(forms)), forms)


def read_member(member: Member, converted: bytes | DocumentError | None = None) -> Document:
    """The Document of a member; its DocumentError where there is none."""
    if member.error is not None:
        raise member.error
    return read(member.data, member.source, converted)


def forms_of(document: Document, *, keep_contacts: bool = False) -> list[Form]:
    """The forms of a document, without persons unless they are asked for."""
    forms = recognise(document)
    return list(forms) if keep_contacts else [redacted(form) for form in forms]


def _document_row(
    source: Source,
    document: Document | None,
    error_code: str | None = None,
    error: str | None = None,
    *,
    forms: int = 0,
) -> DocumentRow:
    software, taxonomy_ = versions()
    status = "rejected" if document is None else "parsed" if forms else "no_form"
    if status == "no_form":
        error = "未发现绩效表：没有可识别的表头、资金或指标标签；若确有表格，请用 jixiao inspect 查看"
    return DocumentRow(
        document_id=source.sha256,
        source=source.uri,
        media_type=source.media_type,
        bytes=source.size,
        pages=document.pages if document else None,
        status=status,
        error_code=error_code,
        error=error,
        ocr=document.ocr if document else False,
        forms=forms,
        software_version=software,
        taxonomy_version=taxonomy_,
        ingested_at=ingestion_time(),
    )


def run(sources: Iterable[Path], out: Path, *, keep_contacts: bool = False, reread: bool = False) -> Summary:
    """Read every document of the sources and publish the tables under `out`.

    Documents that the tables already hold, read by these versions, are not read again unless
    `reread`. UsageError for sources or an output that cannot be used; nothing is written then.
    """
    paths = files(sources, without=out)
    with lake.writer(out) as writer:
        stored = {} if reread else known(out)
        now = versions()
        readings: list[Reading] = []
        skipped = 0
        old: list[Member] = []
        for member in (member for path in paths for member in documents(path)):
            before = stored.get((member.source.sha256, storable(member.source.uri)))
            current = before is not None and (before.software_version, before.taxonomy_version) == now
            # What was rejected is tried again: an extra or a program may have been installed since.
            if before is not None and current and before.status != "rejected":
                skipped += 1
            elif member.source.media_type in office.MEDIA_TYPES:
                old.append(member)
                if len(old) == office.BATCH:
                    readings += _old_office(old, keep_contacts=keep_contacts)
                    old = []
            else:
                readings.append(process(member, keep_contacts=keep_contacts))
        readings += _old_office(old, keep_contacts=keep_contacts)
        writer.publish(build(readings, _concepts(), keep_contacts=keep_contacts), refresh=reread)
    return summarise(readings, unchanged=skipped)


def _old_office(members_: list[Member], *, keep_contacts: bool) -> list[Reading]:
    """Readings of old office documents, converted together: one start of LibreOffice for all."""
    done = office.convert((member.data, member.source) for member in members_)
    return [
        process(member, converted=done.get(member.source.sha256), keep_contacts=keep_contacts)
        for member in members_
    ]


def _concepts() -> list[ConceptRow]:
    known_concepts = taxonomy()
    return [
        ConceptRow(
            concept_id=concept.concept_id,
            level1=concept.level1,
            level2=concept.level2,
            name_zh=concept.name_zh,
            dimension=concept.dimension,
            direction=concept.direction,
            sectors=concept.sectors,
            aliases=known_concepts.aliases_of(concept.concept_id),
            taxonomy_version=known_concepts.version,
        )
        for concept in known_concepts
    ]


@app.command(
    epilog="例 Example: [bold]jixiao ingest archive/2023 extra.docx --out tables[/bold]",
)
def ingest(
    sources: Annotated[
        list[Path], typer.Argument(help="文件或文件夹（递归） Files and folders, read recursively.")
    ],
    out: Annotated[Path, typer.Option("--out", help="写出数据表的文件夹 Folder for the tables.")],
    keep_contacts: Annotated[
        bool,
        typer.Option("--keep-contacts", help="保留联系人姓名与电话 Keep names of persons and telephones."),
    ] = False,
    reread: Annotated[
        bool, typer.Option("--reread", help="已读过的也重新读 Read again what the tables already hold.")
    ] = False,
) -> None:
    """读取资料，写出数据表。Read documents and write the tables.

    Every document becomes a row of `documents`; what cannot be read is rejected there with a reason.
    Exit code 0: every document was read or rejected with a reason. 1: there was nothing to read.
    2: the call cannot be carried out, nothing was written.
    """
    summary = run(sources, out, keep_contacts=keep_contacts, reread=reread)
    Console().print(as_table(summary))
    if summary.documents + summary.unchanged == 0:
        raise typer.Exit(1)


def _named(uri: str) -> Member:
    """The one document that a path or an address within an archive names; UsageError for none or many."""
    file = Path(uri.partition("!/")[0])
    if not file.is_file():
        raise UsageError(f"文件不存在：{file}；请检查拼写")
    found = [member for member in documents(file) if "!/" not in uri or member.source.uri == uri]
    if len(found) == 1:
        return found[0]
    names = "、".join(member.source.uri for member in found[:10])
    raise UsageError(f"{uri} 里没有这份文档" if not found else f"{uri} 里有多份文档，请指明一份：{names}")


@app.command(epilog="例 Example: [bold]jixiao inspect form.docx --json | jq .forms[0].indicators[/bold]")
def inspect(
    file: Annotated[str, typer.Argument(help="一个文件，或 a.zip!/b.docx One document.")],
    as_json_: Annotated[bool, typer.Option("--json", help="给程序用的 JSON JSON for programs.")] = False,
) -> None:
    """看一份资料读成了什么。Show what was recognised in one document, what was left over, and where.

    Forms, fields, funding, indicators with typed values and concepts, passages, findings, confidence
    and locators. Exit code 1 when the document is rejected, 2 when the file does not exist.
    """
    document = read_member(_named(file))
    reviewed = []
    for form in forms_of(document):
        record = normalise(form)
        reviewed.append(Reviewed(form, record, check(record)))
    if as_json_:
        typer.echo(json.dumps(as_json(document, reviewed), ensure_ascii=False, indent=2))
    else:
        Console().print(as_tree(document, reviewed))


@app.command(epilog="例 Example: [bold]jixiao schema --ddl duckdb > schema.sql[/bold]")
def schema(
    ddl: Annotated[
        str | None, typer.Option("--ddl", help="输出建表语句 Print CREATE TABLE: duckdb, postgres.")
    ] = None,
) -> None:
    """列出数据表与各列说明。Print the tables with a comment on each column."""
    if ddl is None:
        typer.echo(as_text())
        return
    if ddl not in warehouse_ddl.dialects():
        raise UsageError(f"不认识的方言 {ddl}；可用：{'、'.join(warehouse_ddl.dialects())}")
    typer.echo(warehouse_ddl.ddl(ddl))


@taxonomy_app.command("check", epilog="例 Example: [bold]jixiao taxonomy check[/bold]")
def taxonomy_check() -> None:
    """检查分类体系的数据文件。Check the data files of the taxonomy; exit code 1 when there are problems."""
    known_concepts = taxonomy()
    problems = check_taxonomy(known_concepts.concepts, known_concepts.aliases)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(
        f"{known_concepts.version}: {len(known_concepts)} 个概念，{len(known_concepts.aliases)} 个别名，没有问题"
    )


def main() -> None:
    """The command `jixiao`: every error of ours is one line on stderr and an exit code."""
    try:
        app()
    except JixiaoError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"jixiao: {error}", markup=False, highlight=False, style="red"
        )
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()

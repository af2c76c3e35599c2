"""The whole line: define -> collect -> edit -> estimate -> tell -> publish.

Microdata come from a wave that was closed (`praksis close`), from `rehearse`, or from files made elsewhere.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from praksis.define.read import load_survey
from praksis.define.survey import Survey
from praksis.define.yaml import read_yaml
from praksis.edit.microdata import Microdata, is_replaceable, read_microdata, write_microdata
from praksis.errors import Place, PraksisError, Problem, ProblemsFound
from praksis.estimate.cube import Cube
from praksis.estimate.estimator import Estimator
from praksis.estimate.survey import Survey as Wave
from praksis.estimate.wave import make_wave
from praksis.publish.record import write_record
from praksis.publish.release import Provenance, write_figures, write_release
from praksis.rehearse.assumed import read_assumed
from praksis.rehearse.random_answers import rehearse_random
from praksis.rehearse.rebuild import rebuild_microdata
from praksis.tell.compose import Composer, FaultyTexts
from praksis.tell.confront import COLUMNS, Verdict, confront_claims, list_rows
from praksis.tell.content import ReleaseContent
from praksis.tell.plan import list_cells
from praksis.tell.sentence import FAULTS

Progress = Callable[[str, str], None]
"""Told the verb that begins and a detail; says nothing back."""


class RealAnswers(PraksisError):
    """Synthetic answers would be written over real ones."""


class NoMicrodata(PraksisError):
    """There is nothing to estimate from."""


@dataclass(frozen=True)
class Built:
    """What came of a run."""

    release: Path
    content: ReleaseContent
    verdicts: tuple[Verdict, ...]
    record: Path | None = None
    """What was hidden, by which rule, decided by whom; None where nothing was. Not for publishing."""


def rehearse_survey(
    folder: Path, target: Path, *, seed: int, progress: Progress, allow_skips: bool = True
) -> list[Path]:
    """Write microdata that reproduce the survey's published figures to `target`, one file a wave.

    Raises Conflict naming the published figures that cannot all be met.
    """
    progress("define", str(folder))
    survey = load_survey(folder)
    refuse_overwriting(survey, target)
    progress("rehearse", "microdata from published figures")
    assumed = read_assumed(folder, survey)
    waves = rebuild_microdata(
        survey, seed, assumed, lambda wave: progress("rehearse", f"{wave} meets its figures"), allow_skips=allow_skips
    )
    return [write_microdata(microdata, survey, target) for microdata in waves]


def rehearse_questionnaire(
    folder: Path, target: Path, *, seed: int, response_rate: float, progress: Progress
) -> list[Path]:
    """Write random but plausible microdata of every wave to `target`, to try a questionnaire before anyone is asked."""
    progress("define", str(folder))
    survey = load_survey(folder)
    refuse_overwriting(survey, target)
    paths = []
    for wave in survey.wave_ids:
        progress("rehearse", f"random answers for {wave}")
        microdata = rehearse_random(survey, wave, seed, response_rate=response_rate)
        paths.append(write_microdata(microdata, survey, target))
    return paths


def refuse_overwriting(survey: Survey, folder: Path) -> None:
    """Stop before synthetic answers are written where answers stand that are not marked synthetic."""
    real = [wave for wave in survey.wave_ids if not is_replaceable(folder / f"{wave}.parquet")]
    if real:
        raise RealAnswers(f"{folder} holds answers for {', '.join(real)} that are not synthetic; give another folder.")


def read_answers(survey: Survey, folder: Path) -> dict[str, Microdata]:
    """Every wave there is a file of.

    Raises ProblemsFound with the problems of all waves, NoMicrodata where there is no file at all.
    """
    found: dict[str, Microdata] = {}
    problems: list[Problem] = []
    for wave in survey.wave_ids:
        if not (folder / f"{wave}.parquet").is_file():
            continue
        try:
            found[wave] = read_microdata(survey, wave, folder)
        except ProblemsFound as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsFound(problems)
    if not found:
        raise NoMicrodata(f"{folder} holds no microdata; make some with `praksis rehearse`.")
    return found


def estimate_survey(survey: Survey, microdata: Mapping[str, Microdata]) -> Cube:
    """Every number that figures, texts and claims need. Raises NoMicrodata naming the waves that lack answers."""
    cells = list_cells(survey)
    needed = {wave for cell in cells for wave in (cell.wave, cell.since) if wave in survey.waves_of(cell.item)}
    needed |= {page.wave for page in survey.presentation.pages} if survey.presentation else set()
    needed |= {claim.wave for claim in survey.claims}
    if lacking := [wave for wave in survey.wave_ids if wave in needed and wave not in microdata]:
        raise NoMicrodata(
            f"no microdata for {', '.join(lacking)}, which figures or published figures are about: "
            "add the files, or take the waves out of figures.yaml and published/."
        )
    return Estimator(survey, microdata).fill_cube(cells)


def tell_survey(survey: Survey, folder: Path, cube: Cube, date: str) -> ReleaseContent:
    """All words of a release. Raises ProblemsFound where a text says what the data do not."""
    try:
        return Composer(survey, cube).compose("", date)
    except FaultyTexts as error:
        document = read_yaml(folder / "figures.yaml")
        raise ProblemsFound(
            Problem(Place("figures.yaml", document.line_of(fault.steps)), fault.code, fault.what, FAULTS[fault.code])
            for fault in error.faults
        ) from None


def _estimate_folder(
    folder: Path, microdata_folder: Path, progress: Progress
) -> tuple[Survey, dict[str, Microdata], Cube]:
    """define -> edit -> estimate: what confronting and publishing have in common."""
    progress("define", str(folder))
    survey = load_survey(folder)
    progress("edit", str(microdata_folder))
    microdata = read_answers(survey, microdata_folder)
    progress("estimate", f"{len(list_cells(survey))} estimates")
    return survey, microdata, estimate_survey(survey, microdata)


def open_wave(
    folder: str | Path, microdata_folder: str | Path, wave: str, role: str, unanswered: str = "sample"
) -> Wave:
    """One wave of a survey in files for analysis: `open_wave("surveys/x", "build/x/microdata", "2023", "head-of-it")`.

    `unanswered="domain"` is needed to calibrate or to make replicates: see `Design`. Raises ProblemsFound or
    NoMicrodata as the pipeline does.
    """
    survey = load_survey(Path(folder))
    if role not in survey.roles:
        raise NoMicrodata(f"the survey has no role {role}: it has {', '.join(survey.roles)}.")
    if wave not in survey.wave_ids or not (Path(microdata_folder) / f"{wave}.parquet").is_file():
        raise NoMicrodata(f"{microdata_folder} holds no microdata of wave {wave}; make some with `praksis rehearse`.")
    return make_wave(survey, read_microdata(survey, wave, Path(microdata_folder)), role, unanswered)


def confront_survey(folder: Path, microdata_folder: Path, progress: Progress) -> tuple[tuple[Verdict, ...], bool]:
    """Computed against published, claim by claim; and whether the answers are synthetic."""
    survey, _, cube = _estimate_folder(folder, microdata_folder, progress)
    return confront_claims(survey, cube), cube.synthetic


def build_release(folder: Path, microdata_folder: Path, target: Path, *, date: str, progress: Progress) -> Built:
    """From a survey in files and its answers to a release folder under `target`.

    Where something is hidden the record of it is kept beside the answers, which it is about.
    """
    survey, microdata, cube = _estimate_folder(folder, microdata_folder, progress)
    progress("tell", f"{len(survey.figures)} figures in {len(survey.header.languages)} languages")
    content = tell_survey(survey, folder, cube, date)
    verdicts = confront_claims(survey, cube)
    progress("publish", str(target))
    hashes = {wave: _hash_file(microdata_folder / f"{wave}.parquet") for wave in microdata}
    provenance = Provenance(survey.digest, hashes)
    confronted = write_verdicts(verdicts, synthetic=cube.synthetic, whole=cube.hides_anything)
    files, content = write_figures(survey, cube, content)
    files |= {"confront.csv": confronted.encode()} if confronted else {}
    files |= {"hidden.csv": write_record(cube.hidden, public=True).encode()} if cube.hidden else {}
    content = content.model_copy(update={"release": _name_release(content, files, provenance)})
    record = microdata_folder / f"hidden-{content.release}.csv" if cube.hidden else None
    if record:
        record.write_text(write_record(cube.hidden, public=False), encoding="utf-8", newline="")
    return Built(write_release(target, content, files, provenance), content, verdicts, record)


def _name_release(content: ReleaseContent, files: Mapping[str, bytes], provenance: Provenance) -> str:
    """The date and eight digits of what the release holds, so that two releases never share a name."""
    digest = hashlib.sha256(repr((provenance.survey_digest, sorted(provenance.microdata.items()))).encode())
    digest.update(content.model_dump_json().encode())
    for path, data in sorted(files.items()):
        digest.update(path.encode() + b"\0" + hashlib.sha256(data).digest())
    return f"{content.date}-{digest.hexdigest()[:8]}"


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_verdicts(verdicts: Sequence[Verdict], *, synthetic: bool, whole: bool = False) -> str:
    """The confrontation as CSV; empty where nothing has been published before."""
    if not verdicts:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(list_rows(verdicts, synthetic=synthetic, whole=whole))
    return out.getvalue()

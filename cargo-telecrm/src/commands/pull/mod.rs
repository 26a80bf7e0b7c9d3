//! `pull`: writes the schema file with telecrm's current schema, and keeps the user's own parts.
//!
//! `source` queries telecrm, and `projection` selects the parts of the responses that are written.
//! `existing` splits the present file (`indentation`, `comments`), `carry_over` copies parts that
//! telecrm does not send, and `compose` writes the new file: `layout` splits it into lines, `yaml` writes
//! values, `comment_targets` and `insert_comments` place the comments. `drift` compares both files.

mod carry_over;
mod comment_targets;
mod comments;
mod compose;
mod drift;
mod existing;
mod indentation;
mod insert_comments;
mod layout;
mod path;
mod projection;
mod skip_unknown;
mod source;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::{Path, PathBuf};

use telecrm_codegen::NamedSchema;
use telecrm_schema::yaml::Node;
use telecrm_schema::{Diagnostic, Rule, escaped, quoted};

use self::compose::{Composed, Unwritable};
use self::drift::Drift;
use self::existing::{Existing, Unreadable};
use self::projection::Responses;
use self::source::Variables;
use super::diff::FailOn;
use super::several;
use crate::commands::counted;
use crate::diff::{self, Diff, Impact};
use crate::exit::{Exit, Failure, Outcome};
use crate::file::{self, Form};
use crate::output::{Format, unified_diff};
use crate::schema::{self, editor};
use crate::terminal::Terminal;

/// Write the current schema of your workspace to the schema file
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema files [default: the schemas of the project]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The same as FILE
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
    /// Write nothing; report whether the workspace differs from the file
    #[arg(long)]
    check: bool,
    /// With --check: exit with 1 for these changes, and with 0 for all others
    #[arg(long, value_enum, value_name = "CHANGES", default_value = "any", requires = "check")]
    fail_on: FailOn,
    /// With --check: output format of the changes
    #[arg(long, value_parser = Format::of_findings(), default_value_t = Format::Human, requires = "check")]
    format: Format,
    /// Add fields of unknown types to `codegen: skip`
    #[arg(long)]
    skip_unknown: bool,
    /// Read the Sync token from this file instead of the environment
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
The workspace and its token come from the environment: TELECRM_ENTERPRISE_ID, TELECRM_SYNC_TOKEN,
and TELECRM_SYNC_URL for a server other than telecrm's. A schema with `codegen: env: ACME_` has its
own: ACME_TELECRM_ENTERPRISE_ID, and so on. A failure of one schema does not stop the others.

A pull keeps these parts of an existing file: the section `codegen`, comments, `formerly`,
`minLength` and `maxLength`. If the label of an option or status has changed, the old label is
added to `formerly`. A file whose comments cannot be kept is not replaced. The first line of a new
file names workspace.schema.json, with which editors check the file; it is written next to it.

Examples:
  cargo telecrm pull
  cargo telecrm pull --out schema/workspace.yaml --token-file /run/secrets/telecrm
  cargo telecrm pull --check --fail-on breaking --format github
  cargo telecrm pull --check schema/acme.yaml schema/globex.yaml

--check compares the meaning of the files. A hand-written file that describes the same workspace
has not drifted, even if it does not contain telecrm's ids.

Exit codes: 0 written or up to date, 1 the workspace differs from the file (--check), 2 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let files = schema::all_or_default([&self.files[..], &self.out].concat())?;
        let is_one = files.len() == 1;
        if !is_one && self.token_file.is_some() {
            return Err(Failure::new("--token-file has the token of one workspace")
                .hint("with several schemas, put each token into a variable (`codegen: env`)"));
        }
        let mut used = Vec::new();
        let (pulled, outcome) = several::for_each(files, |path| {
            self.pull(path, (!is_one).then_some(&mut used), terminal)
        });
        if self.check && self.format != Format::Human && (outcome.is_ok() || !is_one) {
            let diff = |diff: Result<Diff, String>| {
                diff.unwrap_or_else(|reason| Diff::incomparable(&reason))
            };
            let files = pulled.into_iter().map(|(path, found)| (path, diff(found)));
            let files: Vec<_> = files.collect();
            terminal.out(diff::report(&files, self.format));
            outcome?;
            return Ok(Exit(u8::from(self.fail_on.fails(diff::worst(&files)))));
        }
        outcome?;
        let diffs = pulled.iter().filter_map(|(_, found)| found.as_ref().ok());
        let impact = diffs.map(Diff::impact).max().unwrap_or(Impact::None);
        Ok(Exit(u8::from(self.check && self.fail_on.fails(impact))))
    }

    /// Pulls one schema. Returns the drift from the workspace; without `--check`, it is not compared.
    ///
    /// `used`: the prefixes of several schemas, which have different variables.
    fn pull(
        &self,
        path: &Path,
        used: Option<&mut Vec<(String, PathBuf)>>,
        terminal: &mut Terminal,
    ) -> Result<Diff, Failure> {
        if file::is_stdin(path) {
            return Err(Failure::new("`pull` writes a file, and `-` is not one"));
        }
        let name = file::shown(path);
        let bytes = file::existing(path, file::SCHEMA_LIMIT)?;
        let text = decoded(&name, bytes.as_deref())?;
        let (form, plain) = Form::of(text.as_deref().unwrap_or_default());
        // Before the first request: a file that cannot be kept is not replaced.
        let existing = split(&name, &plain)?;
        let before = existing.tree.clone();
        let variables = Variables::of(&before);
        let is_one = used.is_none();
        if let Some(used) = used {
            only_its_own(&variables, path, used)?;
        }
        let client = source::client(&variables, self.token_file.as_deref())?;
        let responses = source::fetch(&client, &variables)?;

        if let Some(message) = other_workspace(&before, &responses) {
            warn(&message);
        }
        for message in unknown_keys(&responses) {
            warn(&format!("telecrm sent data that the file does not contain: {message}"));
        }
        let mut sections = responses.sections();
        carry_over::carry_over(&mut sections, &before);
        let mut new =
            compose::compose(&sections, existing).map_err(|reason| unwritable(&name, &reason))?;
        for comment in &new.removed {
            warn(&format!("telecrm removed the subject of this comment: {}", escaped(comment)));
        }
        if self.skip_unknown {
            new = with_skips(&name, &sections, new)?;
        }
        let new = form.apply(&new.text);
        let (after, found) = checked(&name, &new);
        let pulled = Pulled {
            path,
            before: &before,
            existing: text.as_deref(),
            new: &new,
            drift: Drift::between(text.as_deref(), &new, after.as_ref()),
        };
        if self.check {
            if self.format == Format::Human {
                let changes = pulled.changes_of_workspace();
                let heading = if is_one || changes.is_empty() { "" } else { &format!("{name}\n") };
                terminal.out(format_args!("{heading}{changes}"));
            }
            Terminal::say(format_args!("{name} {}", pulled.summary()));
            report_found(&name, found);
            return Ok(pulled.into_diff());
        }
        if text.is_some() {
            terminal.out(pulled.changes());
        }
        let is_up_to_date = matches!(pulled.drift, Drift::None);
        if !is_up_to_date {
            file::replace_unchanged(path, &new, bytes.as_deref())?;
        }
        report_found(&name, found);
        let written = if is_up_to_date { "is up to date" } else { "written" };
        Terminal::say(format_args!("{name} {written}"));
        if editor::write(path, &new)? {
            let path = path.with_file_name(editor::FILE_NAME);
            Terminal::say(format_args!("{} written, for editors", file::shown(&path)));
        }
        Ok(Diff::default())
    }
}

/// Refuses the variables of another schema: both files would get one workspace.
fn only_its_own(
    variables: &Variables,
    path: &Path,
    used: &mut Vec<(String, PathBuf)>,
) -> Result<(), Failure> {
    if let Some((_, other)) = used.iter().find(|(prefix, _)| *prefix == variables.prefix) {
        return Err(Failure::new(format!(
            "{} and {} have the same environment variables",
            file::shown(path),
            file::shown(other)
        ))
        .hint("nothing was changed; add a prefix of its own to each schema: `codegen: { env: ACME_ }`"));
    }
    used.push((variables.prefix.clone(), path.to_owned()));
    Ok(())
}

/// The existing file and the new one.
struct Pulled<'a> {
    path: &'a Path,
    /// The existing file, read as YAML.
    before: &'a Node,
    /// `None` if there is no file yet.
    existing: Option<&'a str>,
    new: &'a str,
    drift: Drift,
}

impl Pulled<'_> {
    /// The drift of the workspace.
    fn into_diff(self) -> Diff {
        match self.drift {
            Drift::None | Drift::Text => Diff::default(),
            Drift::Workspace(diff) => diff,
            Drift::Unknown => Diff::incomparable(if self.existing.is_some() {
                "the file or telecrm's response is not a complete schema, so they cannot be compared"
            } else {
                "the file does not exist"
            }),
        }
    }

    /// The changes without those of the text only.
    fn changes_of_workspace(&self) -> String {
        match self.drift {
            Drift::None | Drift::Text => String::new(),
            Drift::Workspace(_) | Drift::Unknown => self.changes(),
        }
    }

    /// The rest of the sentence about the file that `--check` prints.
    fn summary(&self) -> &'static str {
        match self.drift {
            Drift::None => "is up to date",
            Drift::Text => {
                let new = Node::read("new", self.new).unwrap_or_default();
                if drift::lacks_ids(self.before, &new) {
                    "describes the same workspace; it does not contain telecrm's ids, by which `pull` \
                     recognises renames"
                } else {
                    "describes the same workspace with a different text"
                }
            }
            _ if self.existing.is_none() => "does not exist: run this again without --check",
            _ => "is out of date: run this again without --check",
        }
    }

    /// The human-readable changes of the workspace, or the changed lines of the file if only the text differs.
    fn changes(&self) -> String {
        match &self.drift {
            Drift::None => String::new(),
            Drift::Workspace(diff) => format!("{}{}\n", diff::table(diff), diff::summary(diff)),
            Drift::Text | Drift::Unknown => {
                let name = file::shown(self.path);
                let existing = self.existing.unwrap_or_default();
                unified_diff(&name, &format!("{name} (pulled)"), existing, self.new)
            }
        }
    }
}

fn warn(message: &str) {
    Terminal::say(format_args!("warning: {message}"));
}

/// The text of the file, or `None` if there is no file.
fn decoded(name: &str, bytes: Option<&[u8]>) -> Result<Option<String>, Failure> {
    let Some(bytes) = bytes else { return Ok(None) };
    String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| {
        Failure::new(format!("{name} is not UTF-8 text, so its content cannot be kept"))
            .hint("nothing was changed; save the file as UTF-8, or move it away")
    })
}

fn split(name: &str, text: &str) -> Result<Existing, Failure> {
    Existing::read(name, text).map_err(|unreadable| {
        let reason = match unreadable {
            Unreadable::NoYaml(error) => {
                show(error.diagnostics());
                format!("{name} is not YAML that can be read")
            }
            Unreadable::NoSchema => format!("{name} is not a schema"),
            Unreadable::Twice(section) => {
                format!("{name} has the section {} twice", quoted(&section))
            }
        };
        Failure::new(format!("{reason}, so its content cannot be kept"))
            .hint("nothing was changed; correct the file, or move it away")
    })
}

fn unwritable(name: &str, reason: &Unwritable) -> Failure {
    match reason {
        Unwritable::TooLarge => Failure::new("telecrm's response is larger than a schema may be")
            .hint("nothing was changed"),
        Unwritable::Comment(comment) => Failure::new(format!(
            "the new {name} would not contain this comment: {}",
            escaped(comment)
        ))
        .hint(
            "nothing was changed; write one key per line, without braces around sections and without \
             aliases (`*name`), or remove the comment",
        ),
        Unwritable::Spelling => {
            Failure::new("telecrm's response cannot be written in a form that is read back unchanged")
                .hint("nothing was changed; this is a bug of cargo-telecrm, please report it")
        }
    }
}

/// The schema of the workspace in the environment, for a project without a schema. Fields of unknown
/// types are skipped, so that the project builds.
pub(super) fn fresh() -> Result<String, Failure> {
    let variables = Variables::default();
    let responses = source::fetch(&source::client(&variables, None)?, &variables)?;
    let sections = responses.sections();
    let name = "the new schema";
    let new = compose::compose(&sections, Existing::default())
        .map_err(|reason| unwritable(name, &reason))?;
    with_skips(name, &sections, new).map(|new| new.text)
}

/// Whether the environment has a Sync token.
pub(super) fn has_token() -> bool {
    Variables::default().have_token()
}

/// The new file with fields of unknown types under `codegen: skip`.
fn with_skips(
    name: &str,
    sections: &[(String, yaml::Yaml)],
    new: Composed,
) -> Result<Composed, Failure> {
    let existing = split(name, &new.text)?;
    let unknown = skip_unknown::unknown(sections, &existing.tree);
    if unknown.is_empty() {
        return Ok(new);
    }
    let text = skip_unknown::added(&new.text, &unknown).ok_or_else(|| {
        Failure::new(format!("nothing can be added to the section `codegen` of {name}"))
            .hint("nothing was changed; give it a list under `skip`")
    })?;
    compose::compose(sections, split(name, &text)?).map_err(|reason| unwritable(name, &reason))
}

/// A warning if the file describes another workspace, whose ids and code are unrelated.
fn other_workspace(before: &Node, responses: &Responses) -> Option<String> {
    let before = before.get("enterprise")?.get("id")?.as_str()?;
    let now = responses.metadata["id"].as_str()?;
    (before != now).then(|| {
        format!(
            "the file is for enterprise {}, and telecrm's response is for {}",
            escaped(before),
            escaped(now)
        )
    })
}

/// Keys that telecrm sends and this version does not read, or not completely, reported by the schema
/// reader.
fn unknown_keys(responses: &Responses) -> Vec<String> {
    let whole = responses.whole().flow();
    let (_, found) = checked("telecrm's response", &whole);
    let reported = [Rule::UnknownKey, Rule::StatusesWithoutStage];
    let unknown = found.iter().filter(|diagnostic| reported.contains(&diagnostic.rule()));
    let messages = unknown
        .map(|diagnostic| diagnostic.message().to_owned())
        .chain(responses.unknown_response_keys());
    messages.map(|message| escaped(&message)).collect()
}

/// Reports the result of `check` for the new file: errors in full, warnings by their number.
fn report_found(name: &str, found: Vec<Diagnostic>) {
    let (warnings, errors): (Vec<_>, Vec<_>) = found.into_iter().partition(Diagnostic::is_warning);
    show(&errors);
    for (count, noun) in [(errors.len(), "error"), (warnings.len(), "warning")] {
        if count > 0 {
            Terminal::say(format_args!(
                "{} in the new schema: `cargo telecrm check {name}` shows {}",
                counted(count, noun),
                if count == 1 { "it" } else { "them" }
            ));
        }
    }
}

/// Returns the schema, if the text has no errors, and the diagnostics.
fn checked(name: &str, yaml: &str) -> (Option<NamedSchema>, Vec<Diagnostic>) {
    match NamedSchema::check_yaml(name, yaml) {
        Ok((workspace, warnings)) => (Some(workspace), warnings),
        Err(error) => (None, error.diagnostics().to_vec()),
    }
}

/// Maximum number of printed diagnostics, so that they do not hide later output.
const MAX_SHOWN: usize = 10;

fn show(diagnostics: &[Diagnostic]) {
    schema::show(diagnostics.iter().take(MAX_SHOWN));
}

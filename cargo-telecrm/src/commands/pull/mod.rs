//! `pull`: the schema file as telecrm has it now, with all that people wrote into it.
//!
//! `source` asks telecrm, `answers` chooses what is written, `old` takes the file apart that is there
//! (`comments`: what stands around what), `keep` brings what is ours of it, and `compose` writes the new
//! one: `layout` decides on lines, `yaml` on the spelling of a scalar, `places` and `weave` on where a
//! comment goes.

mod answers;
mod changes;
mod comments;
mod compose;
mod keep;
mod layout;
mod old;
mod path;
mod places;
mod source;
#[cfg(test)]
mod tests;
mod weave;
mod yaml;

use std::path::PathBuf;

use telecrm_codegen::NamedSchema;
use telecrm_schema::Diagnostic;
use telecrm_schema::yaml::Tree;

use self::answers::Answers;
use self::changes::changes;
use self::old::{Old, Unreadable};
use crate::commands::counted;
use crate::exit::{Exit, Failure, Outcome};
use crate::terminal::Terminal;
use crate::{file, schema};

/// Write the schema file of your workspace, as telecrm has it now
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file
    #[arg(long, value_name = "FILE", default_value = "schema/workspace.yaml")]
    out: PathBuf,
    /// Write nothing; say what would change
    #[arg(long)]
    check: bool,
    /// A file with the Sync token, instead of the environment
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
The workspace and its token come from the environment: TELECRM_ENTERPRISE_ID, TELECRM_SYNC_TOKEN, and
TELECRM_SYNC_URL where another server than telecrm's is asked.

What is kept of an existing file: the section `codegen`, comments, `formerly`, `minLength` and
`maxLength`. An option or status whose label changed gets its old one under `formerly`.

Examples:
  cargo telecrm pull
  cargo telecrm pull --out schema/workspace.yaml --token-file /run/secrets/telecrm
  cargo telecrm pull --check

Exit codes: 0 written or up to date, 1 telecrm differs from the file (--check), 2 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let name = file::shown(&self.out);
        let bytes = file::existing(&self.out, file::SCHEMA_LIMIT)?;
        let text = decoded(&name, bytes.as_deref())?;
        // Before anybody is asked: a file that cannot be kept is not replaced.
        let crlf = text.as_ref().is_some_and(|text| text.contains("\r\n"));
        let plain = text.as_ref().map(|text| text.replace("\r\n", "\n"));
        let old = taken_apart(&name, plain.as_deref().unwrap_or_default())?;
        let client = source::client(self.token_file.as_deref())?;
        let answers = source::fetch(&client)?;

        let unknown = unknown_keys(&answers);
        let moved = other_workspace(&old.tree, &answers);
        let new = composed(&answers, old)?;
        let new = if crlf { new.replace('\n', "\r\n") } else { new };
        if let Some(message) = moved {
            Terminal::say(format_args!("warning: {message}"));
        }
        for message in unknown {
            Terminal::say(format_args!("warning: telecrm sent more than is written: {message}"));
        }
        let same = text.as_deref() == Some(new.as_str());
        let (workspace, found) = checked(&name, &new);
        match &text {
            Some(old) if !same => terminal.out(changes(&name, old, &new, workspace.as_ref())),
            _ => {}
        }
        if !self.check && !same {
            file::replace_unchanged(&self.out, &new, bytes.as_deref())?;
        }
        tell(&name, found);
        Terminal::say(match (same, self.check, text.is_some()) {
            (true, ..) => format!("{name} is up to date"),
            (false, false, _) => format!("{name} written"),
            (false, true, true) => format!("{name} is out of date: run this again without --check"),
            (false, true, false) => {
                format!("{name} does not exist: run this again without --check")
            }
        });
        Ok(if same || !self.check { Exit::OK } else { Exit(1) })
    }
}

/// The text of the file, where there is one.
fn decoded(name: &str, bytes: Option<&[u8]>) -> Result<Option<String>, Failure> {
    let Some(bytes) = bytes else { return Ok(None) };
    String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| {
        Failure::new(format!("{name} is not UTF-8 text, so nothing of it can be kept"))
            .hint("nothing was changed; save the file as UTF-8, or move it away")
    })
}

fn taken_apart(name: &str, text: &str) -> Result<Old, Failure> {
    Old::read(name, text).map_err(|unreadable| {
        let why = match unreadable {
            Unreadable::NoYaml(error) => {
                show(error.diagnostics());
                format!("{name} is not YAML that can be read")
            }
            Unreadable::NoSchema => format!("{name} is no schema"),
            Unreadable::Twice(section) => format!("{name} has the section `{section}` twice"),
        };
        Failure::new(format!("{why}, so nothing of it can be kept"))
            .hint("nothing was changed; correct the file, or move it away")
    })
}

fn composed(answers: &Answers, old: Old) -> Result<String, Failure> {
    let mut sections = answers.sections();
    keep::keep(&mut sections, &old.tree);
    compose::compose(&sections, old).map_err(|compose::Unwritable| {
        Failure::new("telecrm's answer cannot be written so that it is read back the same")
            .hint("nothing was changed; this is a mistake of this program, please report it")
    })
}

/// A warning where the file was another workspace's: ids and code of the one mean nothing to the other.
fn other_workspace(old: &Tree, answers: &Answers) -> Option<String> {
    let before = old.get("enterprise")?.get("id")?.as_str()?;
    let now = answers.metadata["id"].as_str()?;
    (before != now).then(|| format!("the file was of enterprise {before}, and this is {now}"))
}

/// Keys that telecrm sends and nobody reads: in an entry, in the words of the schema reader.
fn unknown_keys(answers: &Answers) -> Vec<String> {
    let whole = answers.whole().flow();
    let (_, found) = checked("telecrm's answer", &whole);
    let unknown = found.iter().filter(|it| it.rule() == "unknown-key");
    unknown.map(|it| it.message().to_owned()).chain(answers.beside_the_lists()).collect()
}

/// Says what `check` would say of the new file: errors whole, warnings by their number.
fn tell(name: &str, found: Vec<Diagnostic>) {
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

/// What the text means, where it has no errors; and all that there is to say of it.
fn checked(name: &str, yaml: &str) -> (Option<NamedSchema>, Vec<Diagnostic>) {
    match NamedSchema::check_yaml(name, yaml) {
        Ok((workspace, warnings)) => (Some(workspace), warnings),
        Err(error) => (None, error.diagnostics().to_vec()),
    }
}

/// More would hide what comes after them.
const MOST_SHOWN: usize = 10;

fn show(diagnostics: &[Diagnostic]) {
    schema::show(diagnostics.iter().take(MOST_SHOWN));
}

//! `init`: build script, schema, module and a first lead in an existing crate.

mod manifest;
mod templates;

use std::path::{Path, PathBuf};

use telecrm_schema::export::SCHEMA_FILE;
use telecrm_schema::{FieldType, Schema};

use self::manifest::{BuildScript, Manifest};
use super::pull;
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::schema::editor;
use crate::terminal::Terminal;

/// Set up a crate for telecrm: build script, schema, module, and a first lead
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The folder of the crate
    #[arg(default_value = ".")]
    dir: PathBuf,
}

const AFTER_HELP: &str = "\
Existing files stay unchanged, byte for byte, except Cargo.toml: it gains two dependencies, and
keeps its comments and layout. If TELECRM_SYNC_TOKEN and TELECRM_ENTERPRISE_ID are set, the schema
is pulled; otherwise a commented template is written. An empty variable counts as unset.

Examples:
  cargo new shop && cargo telecrm init shop
  TELECRM_ENTERPRISE_ID=… TELECRM_SYNC_TOKEN=… cargo telecrm init

Exit codes: 0 done, 2 failure.";

/// The path of the schema in a project.
const SCHEMA: &str = "schema/workspace.yaml";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let manifest = Manifest::read(&self.dir.join("Cargo.toml"))?;
        // Everything that can fail runs before the first file is written.
        let edited = manifest.with_dependencies()?;
        let schema = self.schema()?;
        let lead = templates::first_lead(&identifier(&schema.text()?));

        let mut steps = Steps { dir: &self.dir, terminal };
        schema.write(&mut steps)?;
        if editor::is_named_by(&schema.text()?) {
            steps.create(&format!("schema/{}", editor::FILE_NAME), SCHEMA_FILE)?;
        }
        let mut todo = Vec::new();
        match manifest.build_script() {
            BuildScript::At(path) => {
                let written = steps.create(&path, templates::BUILD_SCRIPT)?;
                if !written && !steps.contains(&path, templates::is_set_up) {
                    todo.push(format!("call `{}` in {path}", templates::COMPILE));
                }
            }
            BuildScript::Off => {
                todo.push(
                    "remove `build = false` from Cargo.toml, and run this command again".to_owned(),
                );
            }
        }
        steps.create("src/crm.rs", templates::MODULE)?;
        steps.create("examples/first_lead.rs", &lead)?;
        match edited {
            Some(edited) => {
                manifest.replace(&edited)?;
                steps.report("changed", "Cargo.toml");
            }
            None => steps.report("kept", "Cargo.toml"),
        }
        let declared = ["src/main.rs", "src/lib.rs"]
            .iter()
            .any(|path| steps.contains(path, templates::declares_module));
        if !declared {
            todo.push("add `mod crm;` to src/main.rs or src/lib.rs".to_owned());
        }
        todo.push("print the first lead: cargo run --example first_lead".to_owned());
        for (number, step) in (1..).zip(todo) {
            Terminal::say(format_args!("{number}. {step}"));
        }
        Ok(Exit::OK)
    }

    fn schema(&self) -> Result<NewSchema, Failure> {
        let path = self.dir.join(SCHEMA);
        if let Some(bytes) = file::existing(&path, file::SCHEMA_LIMIT)? {
            return Ok(NewSchema::Existing(bytes));
        }
        if !pull::has_token() {
            return Ok(NewSchema::Start);
        }
        pull::fresh().map(NewSchema::Pulled)
    }
}

/// The schema of the project after `init`.
enum NewSchema {
    Existing(Vec<u8>),
    Pulled(String),
    /// A commented template.
    Start,
}

impl NewSchema {
    fn text(&self) -> Result<String, Failure> {
        match self {
            Self::Existing(bytes) => String::from_utf8(bytes.clone())
                .map_err(|_| Failure::new(format!("{SCHEMA} is not UTF-8 text"))),
            Self::Pulled(text) => Ok(text.clone()),
            Self::Start => Ok(templates::SCHEMA.to_owned()),
        }
    }

    fn write(&self, steps: &mut Steps<'_>) -> Result<(), Failure> {
        match self {
            Self::Existing(_) => steps.report("kept", SCHEMA),
            Self::Pulled(_) | Self::Start => {
                steps.create(SCHEMA, &self.text()?)?;
            }
        }
        Ok(())
    }
}

/// The kind of identifier that the first lead needs.
fn identifier(schema: &str) -> templates::Identifier {
    match Schema::from_yaml(schema).map(|schema| schema.identifier().field_type.clone()) {
        Ok(FieldType::Email) => templates::Identifier::Email,
        Ok(FieldType::Text(length)) => match length.bounds() {
            None => templates::Identifier::Text,
            Some((min, max)) => templates::Identifier::BoundedText { min, max },
        },
        // A phone, or a schema with errors, which the build reports.
        _ => templates::Identifier::Phone,
    }
}

/// Writer of the files, which prints one line for each change.
struct Steps<'a> {
    dir: &'a Path,
    terminal: &'a mut Terminal,
}

impl Steps<'_> {
    /// Creates a file, or keeps an existing one. Returns whether it was created.
    fn create(&mut self, path: &str, text: &str) -> Result<bool, Failure> {
        let full = self.dir.join(path);
        // A dangling symbolic link counts as an existing file.
        if full.symlink_metadata().is_ok() {
            self.report("kept", path);
            return Ok(false);
        }
        file::replace_unchanged(&full, text, None)?;
        self.report("created", path);
        Ok(true)
    }

    /// Whether a file of the crate exists and satisfies a condition. A file that cannot be read does not.
    fn contains(&self, path: &str, condition: fn(&str) -> bool) -> bool {
        let bytes = file::existing(&self.dir.join(path), file::SCHEMA_LIMIT).ok().flatten();
        bytes.is_some_and(|bytes| condition(&String::from_utf8_lossy(&bytes)))
    }

    fn report(&mut self, action: &str, path: &str) {
        self.terminal.out(format_args!("{action:<8}{path}\n"));
    }
}

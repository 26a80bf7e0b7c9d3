//! `explain`: the meaning of a rule, offline.

use telecrm_schema::suggest::nearest;
use telecrm_schema::validate::DropRule;
use telecrm_schema::{Explanation, Rule, escaped};

use crate::exit::{Exit, Failure, Outcome};
use crate::terminal::{Terminal, bold};

/// Explain a rule: its effect, why it matters, an example, and the fix
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The id of a drop (`D06`) or the name of a rule of the schema file (`unknown-field-type`)
    #[arg(value_name = "ID")]
    id: String,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm explain D06
  cargo telecrm explain unknown-field-type

`validate`, the emulator and docs/silent-drops.md use the ids of drops; `check` uses the names of
rules.

Exit codes: 0 explained, 2 unknown id.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let Some((explanation, stopped_at)) = find(&self.id) else { return Err(unknown(&self.id)) };
        terminal.out(shown(explanation, stopped_at));
        Ok(Exit::OK)
    }
}

/// The explanation of an id, and the stages that stop a mistake of the catalogue.
fn find(id: &str) -> Option<(Explanation, Option<&'static str>)> {
    let id = id.trim();
    if let Some(rule) = DropRule::from_id(id) {
        return Some((rule.explanation(), Some(rule.stopped_at())));
    }
    let rule = Rule::ALL.iter().find(|rule| rule.name().eq_ignore_ascii_case(id))?;
    Some((rule.explanation(), None))
}

fn unknown(id: &str) -> Failure {
    let ids = DropRule::ALL.iter().map(|rule| rule.id());
    let ids = ids.chain(Rule::ALL.iter().map(|rule| rule.name()));
    let failure = Failure::new(format!("there is no rule `{}`", escaped(id)));
    match nearest(id, ids) {
        Some(near) if !id.is_empty() => failure.hint(format!("did you mean `{near}`?")),
        _ => failure.hint(
            "the ids of drops are D01 to D45; the names of rules of the schema file are printed by \
             `cargo telecrm check`",
        ),
    }
}

fn shown(explanation: Explanation, stopped_at: Option<&str>) -> String {
    let Explanation { id, title, effect, reason, example, fix, .. } = explanation;
    let (name, head) = (bold(anstyle::AnsiColor::Cyan), anstyle::Style::new().bold());
    let example = example.replace('\n', "\n    ");
    let stopped_at = match stopped_at {
        Some(stages) => format!("\n{head}Stopped at{head:#}\n{stages}\n{STAGES}\n"),
        None => String::new(),
    };
    format!(
        "{name}{id}{name:#}: {title}\n\n\
         {head}Effect{head:#}\n{effect}\n\n\
         {head}Why it matters{head:#}\n{reason}\n\n\
         {head}Example{head:#}\n    {example}\n\n\
         {head}Fix{head:#}\n{fix}\n{stopped_at}"
    )
}

/// The legend of the stages.
const STAGES: &str = "\
(S: while the schema is read, C: by the compiler, V: when a value is created at run time, L: in a
literal, by the compiler, R: at run time, from the response, D: by a drift check)";

/// The last line of a report: the command that explains a rule. `None` if no rule was broken.
pub(crate) fn hint<'r>(rules: impl IntoIterator<Item = &'r str>) -> Option<String> {
    let mut rules = rules.into_iter();
    let first = rules.next()?;
    let this = if rules.any(|rule| rule != first) { "each of these" } else { "this" };
    Some(format!("For more about {this}, try `cargo telecrm explain {first}`."))
}

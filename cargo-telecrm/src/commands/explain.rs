//! `explain`: the meaning of a rule, offline.

use std::fmt::Write as _;

use telecrm_schema::suggest::nearest;
use telecrm_schema::validate::{Assumption, Behavior, DropRule};
use telecrm_schema::{Explanation, Rule, escaped};

use crate::exit::{Exit, Failure, Outcome};
use crate::terminal::{Terminal, bold};

/// Explain a rule: its effect, why it matters, an example, and the fix
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The id of a drop (`D06`) or of an assumption about telecrm (`A10`), or the name of a rule of
    /// the schema file (`unknown-field-type`)
    #[arg(value_name = "ID")]
    id: String,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm explain D06
  cargo telecrm explain A10
  cargo telecrm explain unknown-field-type

`validate`, the emulator and docs/silent-drops.md use the ids of drops; `check` uses the names of
rules.

Exit codes: 0 explained, 2 unknown id.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        terminal.out(explained(self.id.trim()).ok_or_else(|| unknown(&self.id))?);
        Ok(Exit::OK)
    }
}

/// Returns the explanation of an id.
fn explained(id: &str) -> Option<String> {
    if let Some(rule) = DropRule::from_id(id) {
        return Some(shown(rule.explanation(), Some(rule)));
    }
    if let Some(assumption) = Assumption::from_id(id) {
        return Some(shown_assumption(assumption));
    }
    let rule = Rule::ALL.iter().find(|rule| rule.name().eq_ignore_ascii_case(id))?;
    Some(shown(rule.explanation(), None))
}

fn unknown(id: &str) -> Failure {
    let ids = DropRule::ALL.iter().map(|rule| rule.id());
    let ids = ids.chain(Assumption::ALL.iter().map(|assumption| assumption.id));
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

/// Returns an assumption with its provenance and the rules that depend on it.
fn shown_assumption(assumption: &Assumption) -> String {
    let (name, head) = (bold(anstyle::AnsiColor::Cyan), anstyle::Style::new().bold());
    let rules = match assumption.rules {
        [] => "no rule of the catalogue".to_owned(),
        rules => rules.join(", "),
    };
    let behavior = match Behavior::of_assumption(assumption.id) {
        Some(behavior) => {
            let (name, values) = (behavior.name, behavior.values.join("|"));
            format!("\n{head}In the emulator{head:#}\n--behavior {name}={values}\n")
        }
        None => String::new(),
    };
    format!(
        "{name}{}{name:#}: {}\n\n\
         {head}Provenance{head:#}\n{}\n\n\
         {head}Rules that depend on it{head:#}\n{rules}\n\n\
         {head}Check{head:#}\ncargo telecrm probe --only {}\n{behavior}",
        assumption.id,
        assumption.sentence,
        origin(assumption),
        assumption.id,
    )
}

/// Returns the provenance of an assumption: `documented; for search`.
fn origin(assumption: &Assumption) -> String {
    match assumption.source {
        "" => assumption.provenance.to_string(),
        source => format!("{}; {source}", assumption.provenance),
    }
}

/// Returns the section with the provenance of a rule and its assumptions.
fn provenance(rule: DropRule) -> String {
    let mut section = format!("{}\n", rule.provenance());
    for assumption in rule.assumptions() {
        let (id, sentence) = (assumption.id, assumption.sentence);
        // Writing to a `String` cannot fail.
        let _ = writeln!(section, "  {id}: {sentence} ({})", origin(assumption));
    }
    section
}

fn shown(explanation: Explanation, rule: Option<DropRule>) -> String {
    let Explanation { id, title, effect, reason, example, fix, .. } = explanation;
    let (name, head) = (bold(anstyle::AnsiColor::Cyan), anstyle::Style::new().bold());
    let example = example.replace('\n', "\n    ");
    let of_drop = rule.map(|rule| {
        format!(
            "\n{head}Stopped at{head:#}\n{}\n{STAGES}\n\n{head}Provenance{head:#}\n{}",
            rule.stopped_at(),
            provenance(rule)
        )
    });
    let of_drop = of_drop.unwrap_or_default();
    format!(
        "{name}{id}{name:#}: {title}\n\n\
         {head}Effect{head:#}\n{effect}\n\n\
         {head}Why it matters{head:#}\n{reason}\n\n\
         {head}Example{head:#}\n    {example}\n\n\
         {head}Fix{head:#}\n{fix}\n{of_drop}"
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

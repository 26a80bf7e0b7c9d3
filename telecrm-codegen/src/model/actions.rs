//! Custom actions: codes checked, names given to structs and modules.

use std::collections::BTreeMap;

use super::Action;
use super::choices::Choices;
use super::fields::{self, Offer, Owner, Scopes};
use super::names::{Wanted, name_all, settle_lines};
use crate::naming::{Scope, Style, reserved};
use crate::report::{Report, Rule, Span, quoted};
use crate::schema;

const PREFIX: &str = "ACTION_";

/// Checks the actions that may be written, and names them.
pub(super) fn build(
    actions: &[schema::Action],
    offer: Offer,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Vec<Action> {
    let writable = writable(actions, choices, report);
    let mut scope = Scope::new(Style::Camel, &[reserved::ACTION_TYPES, reserved::PRELUDE]);
    let wanted: Vec<Wanted<'_>> = writable
        .iter()
        .map(|action| Wanted {
            wire: action.display_name.as_deref().unwrap_or(&action.code.value),
            span: action.code.span,
            what: "the action",
            renamed: choices.action(&action.code.value),
            part: Some(bare(&action.code.value).to_owned()),
            settle: Some(settle_lines("actions", None, &action.code.value)),
        })
        .collect();
    let idents = name_all(&wanted, Style::Camel, &mut scope, report);
    let modules = modules(&writable, &idents, &mut scope);
    writable
        .iter()
        .zip(idents)
        .zip(modules)
        .map(|((action, ident), module)| {
            let mut types = Scope::new(Style::Camel, &[reserved::PRELUDE]);
            let scopes = Scopes {
                fields: Scope::new(
                    Style::Snake,
                    &[reserved::ACTION_FIELDS, reserved::COMMON_METHODS],
                ),
                types: &mut types,
            };
            let owner = Owner::Action(&action.code.value);
            let schema_fields = action.fields.as_deref().unwrap_or_default();
            let (fields, skipped) =
                fields::build(schema_fields, owner, offer, scopes, choices, report);
            let display_name = action.display_name.clone();
            Action {
                code: action.code.value.clone(),
                display_name: display_name.unwrap_or_else(|| action.code.value.clone()),
                ident,
                module,
                description: action.description.clone(),
                fields,
                skipped,
                backdatable: action.backdatable,
            }
        })
        .collect()
}

/// Modules are named as their structs, and share the namespace with them.
fn modules(actions: &[&schema::Action], idents: &[String], scope: &mut Scope) -> Vec<String> {
    let names = idents.iter().map(|ident| ident.strip_prefix("r#").unwrap_or(ident));
    names
        .zip(actions)
        .map(|(name, action)| {
            let code = bare(&action.code.value);
            // `SiteVisit1002` is `site_visit_1002`.
            let name = match name.strip_suffix(code) {
                Some(rest) if !rest.is_empty() && !code.is_empty() => format!("{rest}_{code}"),
                _ => name.to_owned(),
            };
            let owner = (action.code.value.as_str(), action.code.span);
            scope.claim(&Style::Snake.spell(&name), None, owner).ident
        })
        .collect()
}

/// The code without its prefix.
fn bare(code: &str) -> &str {
    code.strip_prefix(PREFIX).unwrap_or(code)
}

/// The actions whose codes hold: prefixed, each once, not telecrm's own.
fn writable<'a>(
    actions: &'a [schema::Action],
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Vec<&'a schema::Action> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut writable = Vec::new();
    for action in actions {
        let code = &action.code;
        if let Some(&first) = seen.get(code.value.as_str()) {
            let first = report.place(first);
            report
                .add(
                    Rule::DuplicateActionCode,
                    code.span,
                    format!(
                        "the action code {} stands twice in `customActions`",
                        quoted(&code.value)
                    ),
                )
                .label("again")
                .related(first, "first here")
                .with_help("a code belongs to one action; remove one of the two");
            continue;
        }
        seen.insert(&code.value, code.span);
        if action.system {
            system_action(action, choices, report);
            continue;
        }
        if bare(&code.value).is_empty() || !code.value.starts_with(PREFIX) {
            unprefixed(action, report);
            continue;
        }
        if action.fields.is_none() {
            without_fields(action, report);
        }
        writable.push(action);
    }
    writable
}

fn system_action(action: &schema::Action, choices: &mut Choices<'_>, report: &mut Report) {
    let Some(renamed) = choices.action(&action.code.value) else { return };
    report
        .add(
            Rule::SystemActionNamed,
            renamed.span,
            format!("{} is telecrm's own action and cannot be written", quoted(&action.code.value)),
        )
        .label("names an action that is left out")
        .with_help("its `source` is `SYSTEM`; remove the entry");
}

fn unprefixed(action: &schema::Action, report: &mut Report) {
    let code = &action.code;
    let upper = code.value.trim().to_ascii_uppercase();
    let rest = upper.strip_prefix(PREFIX).unwrap_or(&upper);
    let number = !rest.is_empty() && rest.chars().all(|it| it.is_ascii_digit());
    let help = if number {
        let full = quoted(&format!("{PREFIX}{rest}"));
        format!(
            "the Async API takes full codes only: write {full}, as `GET /custom-actions` lists it"
        )
    } else {
        "the Async API takes full codes only, such as `ACTION_1001`, as `GET /custom-actions` lists \
         them; telecrm's own types (`SYSTEM_NOTE`, `OUTGOING_CALL`, …) cannot be written: remove \
         the entry"
            .to_owned()
    };
    report
        .add(
            Rule::ActionPrefix,
            code.span,
            format!("the action code {} lacks its prefix `ACTION_`", quoted(&code.value)),
        )
        .label("telecrm silently drops an action with this code")
        .with_help(help);
}

fn without_fields(action: &schema::Action, report: &mut Report) {
    let name = action.display_name.as_deref().unwrap_or(&action.code.value);
    report
        .add(
            Rule::ActionWithoutFieldSchema,
            action.code.span,
            format!(
                "the action {} comes without `fieldSchema`: it will have no fields",
                quoted(name)
            ),
        )
        .label("listed in summary mode")
        .with_help(
            "take it from `GET /custom-actions?detail=true`; if it has no fields, write \
             `fieldSchema: {}`",
        );
}

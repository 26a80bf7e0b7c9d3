//! Check of custom actions: codes are unique, prefixed and not predefined by telecrm.

use std::collections::BTreeMap;

use super::Check;
use super::fields::Owner;
use crate::diagnostic::{Rule, Span, Spanned, quoted};
use crate::read::RawAction;
use crate::schema::Action;
use crate::unclean;

const PREFIX: &str = "ACTION_";

impl<'d> Check<'d> {
    /// Checks the actions that may be written.
    pub(super) fn actions(&mut self) -> Vec<Action> {
        let writable = self.writable();
        writable.into_iter().map(|action| self.action(action)).collect()
    }

    fn action(&mut self, action: &RawAction) -> Action {
        let code = &action.code;
        let raw_fields = action.fields.as_deref().unwrap_or_default();
        let (fields, skipped) = self.fields(raw_fields, Owner::Action(&code.value));
        Action {
            code: code.value.clone(),
            span: code.span,
            display_name: action.display_name.clone().unwrap_or_else(|| code.value.clone()),
            description: action.description.clone(),
            fields,
            skipped,
            backdatable: action.backdatable,
        }
    }

    /// Returns the actions that may be written: codes are unique, prefixed and not predefined.
    fn writable(&mut self) -> Vec<&'d RawAction> {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let mut writable = Vec::new();
        for action in &self.document.actions {
            let code = &action.code;
            let renamed = self.overrides.action(&code.value);
            if let Some(&first) = seen.get(code.value.as_str()) {
                let first = self.report.place(first);
                self.report
                    .add(
                        Rule::DuplicateActionCode,
                        code.span,
                        format!("two actions have the code {}", quoted(&code.value)),
                    )
                    .set_label("repeated here")
                    .add_related(first, "first here")
                    .set_help("a code belongs to one action; remove one of the two");
                continue;
            }
            seen.insert(&code.value, code.span);
            if action.system {
                self.system_action(action, renamed);
                continue;
            }
            if bare(&code.value).is_empty() || !code.value.starts_with(PREFIX) {
                self.unprefixed(action);
                continue;
            }
            if action.fields.is_none() {
                self.without_fields(action);
            }
            unclean::warn(Rule::UncleanName, "action code", &code.value, code.span, self.report);
            writable.push(action);
        }
        writable
    }

    fn system_action(&mut self, action: &RawAction, renamed: Option<&Spanned<String>>) {
        let Some(renamed) = renamed else { return };
        self.report
            .add(
                Rule::SystemActionNamed,
                renamed.span,
                format!(
                    "{} is a predefined action of telecrm and cannot be written",
                    quoted(&action.code.value)
                ),
            )
            .set_label("renames an action that is not generated")
            .set_help("its `source` is `SYSTEM`; remove the entry");
    }

    fn unprefixed(&mut self, action: &RawAction) {
        let code = &action.code;
        let upper = code.value.trim().to_ascii_uppercase();
        let rest = upper.strip_prefix(PREFIX).unwrap_or(&upper);
        let number = !rest.is_empty() && rest.chars().all(|character| character.is_ascii_digit());
        let help = if number {
            let full = quoted(&format!("{PREFIX}{rest}"));
            format!(
                "the Async API accepts only full codes: write {full}, as in `GET /custom-actions`"
            )
        } else {
            "the Async API accepts only full codes, such as `ACTION_1001`, as in `GET /custom-actions`; \
             predefined types of telecrm (`SYSTEM_NOTE`, `OUTGOING_CALL`, …) cannot be written: \
             remove the entry"
            .to_owned()
        };
        self.report
            .add(
                Rule::ActionPrefix,
                code.span,
                format!("the action code {} lacks the prefix `ACTION_`", quoted(&code.value)),
            )
            .set_label("telecrm silently drops an action with this code")
            .set_help(help);
    }

    fn without_fields(&mut self, action: &RawAction) {
        let name = action.display_name.as_deref().unwrap_or(&action.code.value);
        self.report
            .add(
                Rule::ActionWithoutFieldSchema,
                action.code.span,
                format!("the action {} has no `fieldSchema`, so its fields are unknown", quoted(name)),
            )
            .set_label("from the summary mode of the endpoint")
            .set_help(
                "copy the action from `GET /custom-actions?detail=true`; if it has no fields, write \
                 `fieldSchema: {}`",
            );
    }
}

/// Returns the code without its prefix.
fn bare(code: &str) -> &str {
    code.strip_prefix(PREFIX).unwrap_or(code)
}

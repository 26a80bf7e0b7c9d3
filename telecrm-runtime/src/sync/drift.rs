//! Drift: differences between the compiled schema and the live workspace (D35).

use std::fmt;

use serde_json::Value;

use super::client::Client;
use super::live::{field_type, identifier, option_labels, text};
use crate::error::Error;
use crate::field_info::{FieldInfo, FieldType};
use crate::workspace::Workspace;

/// Differences between the compiled schema and the live workspace, from [`Client::drift`].
///
/// `Display` prints a report with one line for each change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    changes: Vec<DriftChange>,
}

/// A difference between the compiled schema and the live workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftChange {
    path: String,
    breaking: bool,
    text: String,
}

impl Drift {
    /// Returns whether telecrm no longer accepts data that the program can send.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(DriftChange::is_breaking)
    }

    /// Returns whether there is no difference.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the differences, breaking ones first.
    #[must_use]
    pub fn changes(&self) -> &[DriftChange] {
        &self.changes
    }
}

impl DriftChange {
    /// Returns the path: `fields.course`, `actions.ACTION_1001.outcome`, `status`, `lostReason`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns whether telecrm no longer accepts data that the program can send.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.breaking
    }
}

impl fmt::Display for DriftChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = if self.breaking { "breaking" } else { "new" };
        write!(f, "{level}: {}: {}", quoted(&self.path), self.text)
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changes.is_empty() {
            return f.write_str(
                "the telecrm workspace matches the schema that this program was compiled with",
            );
        }
        for (index, change) in self.changes.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{change}")?;
        }
        Ok(())
    }
}

impl Client {
    /// Compares the compiled schema of a program with the live workspace (D35).
    ///
    /// `workspace` is the generated `WORKSPACE`. Call this method at start-up: print the report,
    /// and do not start if it is breaking.
    ///
    /// A change is breaking if telecrm no longer accepts data that the program can send: if a
    /// field, an option, an active status, a lost reason or an action was removed, if a field has
    /// another type or can no longer be changed, or if an action no longer accepts `created_on`. A
    /// change is new if the live workspace has something that the compiled schema does not have.
    /// The schema's own settings (`minLength`, `maxLength`, `open`, `skip`, `only`) are not
    /// compared.
    ///
    /// The method makes four requests.
    ///
    /// ```no_run
    /// # async fn start(workspace: &'static telecrm_runtime::Workspace)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let drift = telecrm_runtime::sync::Client::from_env()?.drift(workspace).await?;
    /// if drift.is_breaking() {
    ///     return Err(drift.to_string().into());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the workspace could not be read.
    pub async fn drift(&self, workspace: &'static Workspace) -> Result<Drift, Error> {
        let live = Live {
            metadata: self.metadata().await?.into_json(),
            fields: self.custom_fields().await?.into_json(),
            actions: self.custom_actions().await?.into_json(),
            pipeline: self.lead_stage_pipeline().await?.into_json(),
        };
        live.compare(workspace)
    }
}

/// Documents of the live workspace.
struct Live {
    metadata: Value,
    fields: Value,
    actions: Value,
    pipeline: Value,
}

/// Labels that the program can send.
struct Labels<'a> {
    /// The noun for one label.
    kind: &'static str,
    known: &'a [&'a str],
    /// Whether the program can send other labels too.
    open: bool,
}

/// Collector of the changes.
#[derive(Default)]
struct Report {
    changes: Vec<DriftChange>,
}

impl Report {
    fn breaking(&mut self, path: &str, text: impl Into<String>) {
        self.changes.push(DriftChange { path: path.to_owned(), breaking: true, text: text.into() });
    }

    fn addition(&mut self, path: &str, text: impl Into<String>) {
        self.changes.push(DriftChange {
            path: path.to_owned(),
            breaking: false,
            text: text.into(),
        });
    }

    fn labels(&mut self, path: &str, labels: &Labels<'_>, live: &[&str]) {
        let Labels { kind, known, open } = labels;
        for label in known.iter().filter(|label| !live.contains(label) && !open) {
            self.breaking(path, format!("the {kind} {} no longer exists", quoted(label)));
        }
        for label in live.iter().filter(|label| !known.contains(label)) {
            self.addition(path, format!("the {kind} {}", quoted(label)));
        }
    }

    fn field(&mut self, path: &str, known: FieldInfo, live: &Value) {
        let name = text(live, "type").unwrap_or_default();
        if field_type(name) != Some(known.field_type()) {
            let old = known.field_type().name();
            self.breaking(path, format!("its type is now {}, and was {old}", quoted(name)));
            return;
        }
        if matches!(known.field_type(), FieldType::Dropdown | FieldType::Tags) {
            let open = known.is_open();
            let labels = Labels { kind: "option", known: known.options(), open };
            self.labels(path, &labels, &option_labels(live));
        }
        match (known.is_locked(), live.get("lockAfterCreate").and_then(Value::as_bool)) {
            (false, Some(true)) => {
                self.breaking(path, "it can no longer be changed once a lead is created");
            }
            (true, Some(false)) => {
                self.addition(path, "it can now be changed after a lead is created");
            }
            _ => {}
        }
    }
}

impl Live {
    fn compare(&self, workspace: &'static Workspace) -> Result<Drift, Error> {
        let list = |json: &Value, key: &'static str, rule| match json.get(key) {
            Some(Value::Array(items)) => Ok(items.clone()),
            _ => Err(Error::incomplete(rule)),
        };
        let fields = list(&self.fields, "customFields", "its `customFields` is not a list")?;
        let actions = list(&self.actions, "customActions", "its `customActions` is not a list")?;
        let mut report = Report::default();

        if let Some(live) =
            identifier(&self.metadata, &fields).filter(|live| live != workspace.identifier())
        {
            let known = quoted(workspace.identifier());
            report.breaking(
                "fields",
                format!("the identifier of a lead is now {}, and was {known}", quoted(&live)),
            );
        }
        let live_name = |field: &Value| text(field, "apiName").map(str::to_owned);
        let ignored = |name: &str| workspace.ignored_fields().contains(&name);
        for known in workspace.fields().filter(|known| !ignored(known.api_name())) {
            let path = format!("fields.{}", known.api_name());
            let live = fields.iter().find(|live| text(live, "apiName") == Some(known.api_name()));
            match live {
                Some(live) => report.field(&path, known, live),
                None => report.breaking(&path, "the field no longer exists"),
            }
        }
        for name in fields.iter().filter_map(live_name) {
            let known = workspace.fields().any(|known| known.api_name() == name) || ignored(&name);
            if !known {
                report.addition(&format!("fields.{name}"), "the field");
            }
        }
        compare_actions(&mut report, workspace, &actions);
        compare_pipeline(&mut report, workspace, &self.pipeline);
        report.changes.sort_by_key(|change| !change.breaking);
        Ok(Drift { changes: report.changes })
    }
}

fn compare_actions(report: &mut Report, workspace: &'static Workspace, actions: &[Value]) {
    for known in workspace.actions() {
        let path = format!("actions.{}", known.code());
        let Some(live) = actions.iter().find(|live| text(live, "code") == Some(known.code()))
        else {
            report.breaking(
                &path,
                format!("the action {} no longer exists", quoted(known.display_name())),
            );
            continue;
        };
        let schema = live.get("fieldSchema").and_then(Value::as_object);
        for field in known.fields() {
            let path = format!("{path}.{}", field.api_name());
            match schema.and_then(|schema| schema.get(field.api_name())) {
                Some(live) => report.field(&path, field, live),
                None => report.breaking(&path, "the field no longer exists"),
            }
        }
        for name in schema.into_iter().flatten().map(|(name, _)| name) {
            let ignored = format!("{}.{name}", known.code());
            let ignored = workspace.ignored_fields().contains(&ignored.as_str());
            if !ignored && !known.fields().any(|field| field.api_name() == name) {
                report.addition(&format!("{path}.{name}"), "the field");
            }
        }
        let predated =
            live.get("allowPredatedActivity").and_then(|predated| predated.get("enabled"));
        match (known.is_backdatable(), predated.and_then(Value::as_bool)) {
            (true, Some(false)) => report.breaking(&path, "`created_on` is no longer accepted"),
            (false, Some(true)) => report.addition(&path, "`created_on` is accepted"),
            _ => {}
        }
    }
    for live in actions {
        // telecrm's own actions cannot be written.
        let own = text(live, "source").is_some_and(|source| source.eq_ignore_ascii_case("SYSTEM"));
        let code = text(live, "code").filter(|code| code.starts_with("ACTION_") && !own);
        let known = |code: &str| workspace.actions().iter().any(|known| known.code() == code);
        if let Some(code) = code.filter(|code| !known(code)) {
            let name = quoted(text(live, "displayName").unwrap_or(code));
            report.addition(&format!("actions.{code}"), format!("the action {name}"));
        }
    }
}

/// Compares statuses and lost reasons if the workspace has a field of their type.
///
/// Public code shows a second form: `statuses` and `lostReasons` without stages.
fn compare_pipeline(report: &mut Report, workspace: &'static Workspace, pipeline: &Value) {
    let has_type =
        |field_type: FieldType| workspace.fields().any(|field| field.field_type() == field_type);
    let items = |json: &Value, key: &str| {
        json.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    if has_type(FieldType::Status) {
        let stages = items(pipeline, "leadStages");
        let mut active: Vec<Value> =
            stages.iter().flat_map(|stage| items(stage, "activeStatuses")).collect();
        active.extend(items(pipeline, "statuses"));
        let live: Vec<&str> = active.iter().filter_map(|status| text(status, "label")).collect();
        let known = workspace.active_statuses();
        report.labels("status", &Labels { kind: "status", known, open: false }, &live);
    }
    if has_type(FieldType::LostReason) {
        let mut active = items(pipeline, "activeLeadLostReasons");
        active.extend(items(pipeline, "lostReasons"));
        let live: Vec<&str> =
            active.iter().filter_map(|reason| text(reason, "reasonLabel")).collect();
        let known = workspace.active_lost_reasons();
        report.labels("lostReason", &Labels { kind: "lost reason", known, open: false }, &live);
    }
}

/// Quotes a name from telecrm, escaped for terminals.
fn quoted(name: &str) -> String {
    let escaped = name.chars().map(|character| {
        if matches!(character, '"' | '\'') {
            character.to_string()
        } else {
            character.escape_debug().to_string()
        }
    });
    format!("`{}`", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field_info::FieldPart;
    use crate::workspace::ActionInfo;

    static WORKSPACE: Workspace = Workspace::new(
        "phone",
        &[
            FieldPart::Phone("phone"),
            FieldPart::Text("remark"),
            FieldPart::MaxLength(5),
            FieldPart::Dropdown("course"),
            FieldPart::Options(&["JEE", "NEET"]),
            FieldPart::Tags("interests"),
            FieldPart::Options(&["VIP"]),
            FieldPart::Open(),
            FieldPart::Status("status"),
        ],
        &[ActionInfo::new("ACTION_1", "Visit", &[FieldPart::Text("note")]).backdatable()],
    )
    .statuses(&["Fresh"], &["Old"])
    .ignoring(&["internal_score", "ACTION_1.internal"]);

    fn drift(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut live = json!({
            "metadata": { "id": "acme" },
            "fields": { "customFields": [
                { "apiName": "phone", "type": "PHONE", "isLeadid": true },
                { "apiName": "remark", "type": "TEXT", "lockAfterCreate": false },
                { "apiName": "course", "type": "DROPDOWN", "options": [{ "label": "JEE" }, { "label": "NEET" }] },
                { "apiName": "interests", "type": "TAGS", "options": ["Other", "VIP"] },
                { "apiName": "status", "type": "STATUS" },
                { "apiName": "internal_score", "type": "FORMULA" },
            ] },
            "actions": { "customActions": [
                { "code": "ACTION_1", "displayName": "Visit", "source": "USER",
                  "fieldSchema": { "note": { "type": "TEXT" }, "internal": { "type": "X" } },
                  "allowPredatedActivity": { "enabled": true } },
                { "code": "OUTGOING_CALL", "displayName": "Call", "source": "SYSTEM" },
            ] },
            "pipeline": { "leadStages": [{ "activeStatuses": [{ "label": "Fresh" }] }] },
        });
        change(&mut live);
        let [metadata, fields, actions, pipeline] =
            ["metadata", "fields", "actions", "pipeline"].map(|key| live[key].take());
        let live = Live { metadata, fields, actions, pipeline };
        let drift = live.compare(&WORKSPACE).unwrap();
        drift.changes().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn point_3_d35_pipeline_without_stages_is_compared() {
        let flat = |label: &str| {
            let statuses = json!({ "statuses": [{ "label": label }], "lostReasons": [] });
            drift(|live| live["pipeline"] = statuses)
                .into_iter()
                .skip_while(|change| !change.contains("status"))
                .collect::<Vec<_>>()
        };
        assert_eq!(flat("Fresh"), [""; 0]);
        assert_eq!(flat("Other")[0], "breaking: `status`: the status `Fresh` no longer exists");
    }

    #[test]
    fn d35_drift_lists_breaking_changes_first() {
        assert_eq!(drift(|_| {}), ["new: `fields.interests`: the option `Other`"]);
        let changed = drift(|live| {
            live["fields"]["customFields"][1]["lockAfterCreate"] = true.into();
            live["fields"]["customFields"][2]["options"] = json!(["JEE", "Law\u{202e}"]);
            live["fields"]["customFields"][3] = json!({ "apiName": "new", "type": "TEXT" });
            live["actions"]["customActions"][0]["fieldSchema"] =
                json!({ "note": { "type": "DATE" } });
            live["actions"]["customActions"][0]["allowPredatedActivity"]["enabled"] = false.into();
            live["pipeline"]["leadStages"][0]["activeStatuses"] = json!([{ "label": "fresh" }]);
        });
        assert_eq!(
            changed,
            [
                "breaking: `fields.remark`: it can no longer be changed once a lead is created",
                "breaking: `fields.course`: the option `NEET` no longer exists",
                "breaking: `fields.interests`: the field no longer exists",
                "breaking: `actions.ACTION_1.note`: its type is now `DATE`, and was text",
                "breaking: `actions.ACTION_1`: `created_on` is no longer accepted",
                "breaking: `status`: the status `Fresh` no longer exists",
                r"new: `fields.course`: the option `Law\u{202e}`",
                "new: `fields.new`: the field",
                "new: `status`: the status `fresh`",
            ]
        );
        let removed = drift(|live| {
            live["actions"]["customActions"] =
                json!([{ "code": "ACTION_2", "displayName": "Call" }]);
            live["fields"]["customFields"][0]["isLeadid"] = false.into();
            live["fields"]["customFields"][1]["isLeadid"] = true.into();
        });
        assert_eq!(
            removed,
            [
                "breaking: `fields`: the identifier of a lead is now `remark`, and was `phone`",
                "breaking: `actions.ACTION_1`: the action `Visit` no longer exists",
                "new: `fields.interests`: the option `Other`",
                "new: `actions.ACTION_2`: the action `Call`",
            ]
        );
    }
}

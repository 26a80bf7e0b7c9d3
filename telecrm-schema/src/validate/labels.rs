//! Validation of the labels of dropdowns, tags, statuses and lost reasons.

use serde_json::{Value, json};

use super::{
    behavior::UnknownLabel,
    drop_rule::DropRule,
    json::Json,
    rules::Labels,
    value::{Check, Stored},
    violation::{Fault, Suggestion},
    words::{advice, listed, one_of, shape},
};
use crate::{field_type::FieldType, invisible::is_blank};

const EXACTLY: &str = "labels must match exactly, including case";

impl Check<'_> {
    /// Validates a label of a dropdown. telecrm creates an unknown label.
    pub(super) fn dropdown(self, label: &str, sent: &Json<'_>, faults: &mut Vec<Fault>) -> Stored {
        let labels = &self.field.labels;
        if self.allows(label) && !is_blank(label) {
            return Stored::AsSent;
        }
        let near = || labels.near(label).map(Value::from);
        if is_blank(label) {
            let rule = "a dropdown field takes the label of an option";
            faults.push(self.fault(DropRule::UnknownOption, sent, rule, near));
            return Stored::Dropped;
        }
        if self.drops_unknown() {
            let rule = format!("the field has no such option ({EXACTLY})");
            faults.push(self.fault(DropRule::UnknownOption, sent, &rule, near));
            return Stored::Dropped;
        }
        let (suggestion, meant) = match self.checked(near) {
            Some((value, shown)) => (Some(Suggestion::Replace(value)), shown),
            None => (None, one_of(&labels.active)),
        };
        faults.push(created(DropRule::UnknownOption, sent, "option", &meant, suggestion));
        Stored::AsSent
    }

    /// Validates the labels of a tags field. telecrm creates an unknown label.
    pub(super) fn tags(self, sent: &Json<'_>, faults: &mut Vec<Fault>) -> Stored {
        const RULE: &str = "a tags field takes a JSON array of texts";
        let labels = &self.field.labels;
        let items = match sent {
            Json::Array(items) => items,
            Json::Text(text) => {
                faults
                    .push(self.fault(DropRule::TagsAsText, sent, RULE, || as_array(text, labels)));
                return Stored::Dropped;
            }
            _ => {
                faults.push(self.fault(DropRule::WrongType, sent, RULE, || None));
                return Stored::Dropped;
            }
        };
        if items.iter().any(|item| item.as_str().is_none()) {
            faults.push(self.fault(DropRule::WrongType, sent, RULE, || None));
            return Stored::Dropped;
        }
        let is_dropped =
            |label: &str| is_blank(label) || self.drops_unknown() && !labels.contains(label);
        for (index, item) in items.iter().enumerate() {
            let is_wrong = |label: &&str| is_blank(label) || !self.allows(label);
            let Some(label) = item.as_str().filter(is_wrong) else { continue };
            let meant = intended_by(label, labels).and_then(|with| {
                let (_, shown) = self.checked(|| Some(json!(with)))?;
                let shown = match &with[..] {
                    [label] => advice(&label.as_str().into()).unwrap_or(shown),
                    _ => format!("the tags {}", listed(&with)),
                };
                Some((Suggestion::ReplaceItem { index, with }, shown))
            });
            let (suggestion, shown) = match meant {
                Some((suggestion, shown)) => (Some(suggestion), shown),
                None => (None, one_of(&labels.active)),
            };
            if is_dropped(label) {
                let rule = if is_blank(label) {
                    "a tag is a label".to_owned()
                } else {
                    format!("the field has no such tag ({EXACTLY})")
                };
                let fault = Fault::new(DropRule::UnknownTag, item, &rule, &shown);
                faults.push(Fault { suggestion, ..fault });
            } else {
                faults.push(created(DropRule::UnknownTag, item, "tag", &shown, suggestion));
            }
        }
        let labels = || items.iter().filter_map(Json::as_str);
        if !labels().any(is_dropped) {
            return Stored::AsSent;
        }
        let kept: Vec<_> = labels()
            .filter(|label| !is_dropped(label))
            .map(|label| Json::Text(label.to_owned().into()))
            .collect();
        // Without a known label, an empty list would remove the stored tags.
        if kept.is_empty() && self.drops_unknown() {
            return Stored::Dropped;
        }
        Stored::As(Json::Array(kept))
    }

    fn drops_unknown(self) -> bool {
        self.behaviors.unknown_label == UnknownLabel::Drop
    }

    /// Returns whether a value with this label has no violation.
    fn allows(self, label: &str) -> bool {
        let labels = &self.field.labels;
        labels.contains(label) || labels.open && !self.drops_unknown()
    }

    /// Returns the fault of an archived or unknown label of the pipeline.
    ///
    /// telecrm never creates a label of the pipeline.
    pub(super) fn pipeline_label(
        self,
        field_type: &FieldType,
        label: &str,
        sent: &Json<'_>,
    ) -> Option<Fault> {
        let labels = &self.field.labels;
        if labels.contains(label) {
            return None;
        }
        let is_archived = labels.is_archived(label);
        let (rule, noun) = match (field_type, is_archived) {
            (FieldType::Status, true) => (DropRule::ArchivedStatus, "status"),
            (FieldType::Status, false) => (DropRule::UnknownStatus, "status"),
            _ => (DropRule::LostReason, "lost reason"),
        };
        let text = if is_archived {
            format!("this {noun} is archived, and only active ones can be set")
        } else {
            format!("the pipeline has no such {noun} ({EXACTLY})")
        };
        Some(self.fault(rule, sent, &text, || labels.near(label).map(Value::from)))
    }
}

/// Returns the fault of a label that telecrm creates and stores.
fn created(
    rule: DropRule,
    sent: &Json<'_>,
    noun: &str,
    meant: &str,
    suggestion: Option<Suggestion>,
) -> Fault {
    let reason = format!(
        "{} was sent; the field has no such {noun} ({EXACTLY}), so telecrm created a new {noun} \
         and stored it; {meant} would have been kept without a new {noun}",
        shape(sent)
    );
    Fault { suggestion, ..Fault::worded(rule, reason) }.stored()
}

/// Returns the array that the sender of a single text probably intended.
fn as_array(text: &str, labels: &Labels) -> Option<Value> {
    if is_blank(text) {
        return Some(json!([]));
    }
    let single = || (labels.open && separated(text).count() == 1).then(|| vec![text.to_owned()]);
    let known = labels.contains(text).then(|| vec![text.to_owned()]);
    let tags = known.or_else(|| intended_by(text, labels)).or_else(single);
    tags.map(|tags| json!(tags))
}

/// Returns the labels that the sender of an unknown text probably intended.
///
/// The text is a different spelling of one label, or several labels separated by commas.
fn intended_by(text: &str, labels: &Labels) -> Option<Vec<String>> {
    if let Some(near) = labels.near(text) {
        return Some(vec![near.to_owned()]);
    }
    let known_label = |part: &str| {
        let known = labels.contains(part).then_some(part).or_else(|| labels.near(part));
        known.map(str::to_owned)
    };
    let tags: Option<Vec<String>> = separated(text).map(known_label).collect();
    tags.filter(|tags| tags.len() > 1)
}

fn separated(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

//! Validation of one element of `actions`: a custom action or a payment.

use std::ops::ControlFlow;

use serde_json::Value;

use super::{
    behavior::{BackdatedAction, BadActionField, SystemNote, UnprefixedAction},
    drop_rule::DropRule,
    grammar,
    json::Json,
    own_limit, placeholder,
    rules::{ActionRule, Fields, Rules},
    sink::Sink,
    value::{Check, Stored},
    violation::{Fault, Place, Suggestion},
    walk::{Destination, Entries, Moved, Walk},
    words::{listed, quoted},
};
use crate::suggest;

/// The only predefined action type that can be written.
pub const PAYMENT: &str = "PAYMENT";
/// Prefix of every custom action's full code.
pub const ACTION_PREFIX: &str = "ACTION_";
/// Type of a note that telecrm itself writes.
const SYSTEM_NOTE: &str = "SYSTEM_NOTE";
/// Values of a payment's `status`.
pub const PAYMENT_STATUSES: [&str; 6] =
    ["PENDING", "COMPLETED", "FAILED", "REFUNDED", "CANCELLED", "PROCESSING"];
/// Values of a payment's `currency`.
pub const PAYMENT_CURRENCIES: [&str; 11] =
    ["INR", "USD", "PKR", "AED", "QAR", "SAR", "MYR", "AUD", "CAD", "SGD", "XOF"];

impl<S: Sink> Walk<'_, S> {
    /// Validates the action at `index`.
    pub(super) fn action(&mut self, index: usize, sent: &Json<'_>) -> ControlFlow<()> {
        let place = Place::ActionKey(index, "type");
        let Json::Object(action) = sent else {
            let text = "an action is a JSON object with a `type`";
            let fault =
                Fault::new(DropRule::UnknownAction, sent, text, &example_action(self.rules));
            return self.sink.violation(place, fault);
        };
        let Some(code) = sent.get("type") else {
            let reason = format!(
                "no `type` was sent; an action needs one; {} would have been kept",
                example_action(self.rules)
            );
            return self.sink.violation(place, Fault::worded(DropRule::UnknownAction, reason));
        };
        if code.as_str() == Some(PAYMENT) {
            return self.payment(index, action);
        }
        let behaviors = self.rules.behaviors;
        if let Some(rule) = code.as_str().and_then(|code| self.rules.action(code)) {
            return self.custom(index, action, rule);
        }
        if behaviors.unprefixed_action == UnprefixedAction::Store
            && let Some(rule) = unprefixed(code).and_then(|code| self.rules.action(&code))
        {
            return self.custom(index, action, rule);
        }
        if behaviors.system_note == SystemNote::Store && code.as_str() == Some(SYSTEM_NOTE) {
            for (key, value) in action {
                self.sink.action_key(key, value);
            }
            self.sink.action_ends(true);
            return ControlFlow::Continue(());
        }
        self.sink.violation(place, unknown_type(code, action, self.rules))
    }

    /// Validates a custom action. telecrm appends it even if it drops some of its keys, except
    /// `created_on` if the action may not be backdated.
    fn custom(&mut self, index: usize, action: &Entries<'_>, rule: &ActionRule) -> ControlFlow<()> {
        let (mut is_whole, mut is_dated) = (true, true);
        for (key, value) in action {
            match key.as_ref() {
                "type" => self.sink.action_key(key, &Json::Text(rule.code.as_str().into())),
                "fields" => is_whole &= self.action_fields(index, value, rule)?,
                "created_on" => is_dated = self.created_on(index, value, rule)?,
                _ => {
                    is_whole = false;
                    let fields = fields_of(action);
                    let destination = fields.map(|fields| Destination::action(index, fields));
                    let fault = self.stray_in_action(key, value, destination.as_ref(), rule);
                    self.sink.violation(Place::ActionKey(index, key), fault)?;
                }
            }
        }
        let behaviors = self.rules.behaviors;
        let is_stored = (is_whole || behaviors.bad_action_field == BadActionField::DropField)
            && (is_dated || behaviors.backdated_action == BackdatedAction::StampNow);
        self.sink.action_ends(is_stored);
        ControlFlow::Continue(())
    }

    /// Returns whether telecrm stores every field.
    fn action_fields(
        &mut self,
        index: usize,
        sent: &Json<'_>,
        rule: &ActionRule,
    ) -> ControlFlow<(), bool> {
        let Json::Object(fields) = sent else {
            let text = "`fields` of an action is a JSON object keyed by API name";
            let fault = Fault::new(DropRule::ActionField, sent, text, "an object");
            self.sink.violation(Place::ActionKey(index, "fields"), fault)?;
            return ControlFlow::Continue(false);
        };
        let mut is_whole = true;
        self.sink.action_fields();
        for (name, value) in fields {
            let place = Place::ActionField(index, name);
            let Some(field) = rule.fields.get(name) else {
                let fault = self.unknown_action_field(
                    name,
                    value,
                    &Destination::action(index, fields),
                    rule,
                );
                self.sink.violation(place, fault)?;
                is_whole = false;
                continue;
            };
            let mut faults = Vec::new();
            match Check::new(field, self.rules).run(value, &mut faults) {
                Stored::AsSent => self.sink.action_field(name, value),
                Stored::As(value) => self.sink.action_field(name, &value),
                // Every dropped value in an action's field has the id D24. A stored value keeps
                // its own id.
                Stored::Dropped => {
                    is_whole = false;
                    for fault in &mut faults {
                        fault.rule = DropRule::ActionField;
                    }
                }
            }
            faults.extend(placeholder::warning(field, value));
            self.put(place, faults)?;
        }
        ControlFlow::Continue(is_whole)
    }

    /// Returns whether the action may have this time.
    fn created_on(
        &mut self,
        index: usize,
        sent: &Json<'_>,
        rule: &ActionRule,
    ) -> ControlFlow<(), bool> {
        let place = Place::ActionKey(index, "created_on");
        let Some(field) = &rule.created_on else {
            let text = format!("{} ({}) may not be backdated", rule.code, rule.display_name);
            let kept = "the action without `created_on`";
            let fault = Fault::new(DropRule::Backdating, sent, &text, kept);
            self.sink.violation(place, fault.suggesting(Suggestion::Remove))?;
            return ControlFlow::Continue(false);
        };
        let mut faults = Vec::new();
        if Check::new(field, self.rules).run(sent, &mut faults) == Stored::AsSent {
            self.sink.action_key("created_on", sent);
        }
        self.put(place, faults)?;
        ControlFlow::Continue(true)
    }

    fn unknown_action_field(
        &self,
        name: &str,
        sent: &Json<'_>,
        destination: &Destination<'_>,
        rule: &ActionRule,
    ) -> Fault {
        let fields = &rule.fields;
        let Moved { kept, suggestion } = match fields.near(name) {
            Some(near) => self.moved(destination, near, sent),
            None => Moved { kept: any_field_of(fields), suggestion: None },
        };
        let reason = format!(
            "the field {} was sent; {} ({}) does not define it; {kept} would have been kept",
            quoted(name),
            rule.code,
            rule.display_name,
        );
        Fault { suggestion, ..Fault::worded(DropRule::ActionField, reason) }
    }

    /// Returns the fault of an unknown key. `destination` is `None` if `fields` is not an object.
    fn stray_in_action(
        &self,
        key: &str,
        sent: &Json<'_>,
        destination: Option<&Destination<'_>>,
        rule: &ActionRule,
    ) -> Fault {
        let text = "a custom action contains only `type`, `fields` and `created_on`";
        let fault = |kept: &str| Fault::new(DropRule::ActionField, sent, text, kept);
        if let (Some(field), Some(destination)) = (rule.fields.get(key), destination)
            && !destination.contains(key)
        {
            let moved = self.moved(destination, field, sent);
            let fault = fault(&format!("the same value as `fields.{key}`"));
            return Fault { suggestion: moved.suggestion, ..fault };
        }
        fault("the action without it").suggesting(Suggestion::Remove)
    }

    /// Validates a payment. telecrm stores it only if all of its keys are valid.
    fn payment(&mut self, index: usize, action: &Entries<'_>) -> ControlFlow<()> {
        let mut is_stored = true;
        for (key, sent, fault) in payment_faults(action) {
            is_stored = false;
            let fault = fault.unwrap_or_else(|| missing_in_payment(key));
            debug_assert!(sent.is_some() || fault.suggestion.is_none(), "nothing to replace");
            self.sink.violation(Place::ActionKey(index, key), fault)?;
        }
        for (key, value) in action {
            if key == "type" || PAYMENT_KEYS.iter().any(|(known, _)| known == key) {
                self.sink.action_key(key, value);
                continue;
            }
            let (rule, text) = if key == "created_on" {
                is_stored &= self.rules.behaviors.backdated_action == BackdatedAction::StampNow;
                (DropRule::Backdating, "a payment may not be backdated")
            } else {
                let text = "a payment contains only `type`, `status`, `currency` and `amount`";
                (DropRule::ActionField, text)
            };
            let fault = Fault::new(rule, value, text, "the payment without it");
            let place = Place::ActionKey(index, key);
            self.sink.violation(place, fault.suggesting(Suggestion::Remove))?;
        }
        self.sink.action_ends(is_stored);
        ControlFlow::Continue(())
    }
}

/// Returns the full code of a custom action whose code was sent without prefix, as a text or a number.
fn unprefixed(sent: &Json<'_>) -> Option<String> {
    match sent {
        Json::Text(code) => Some(format!("{ACTION_PREFIX}{code}")),
        Json::Number(code) => Some(format!("{ACTION_PREFIX}{code}")),
        _ => None,
    }
}

/// Returns the fields of an action if they are an object or absent.
fn fields_of<'a, 'b>(action: &'a Entries<'b>) -> Option<&'a Entries<'b>> {
    match action.iter().find(|(key, _)| key == "fields") {
        None => Some(&[]),
        Some((_, Json::Object(fields))) => Some(fields),
        Some(_) => None,
    }
}

/// Describes the fields of an action, when the intended field is unknown.
fn any_field_of(fields: &Fields) -> String {
    let known: Vec<&str> = fields.list.iter().map(|field| field.name.as_str()).collect();
    let known = if known.is_empty() { "it has none".to_owned() } else { listed(&known) };
    format!("a field of the action ({known})")
}

/// Describes an action that telecrm would keep, as an example.
fn example_action(rules: &Rules) -> String {
    match rules.actions.first() {
        Some(action) => {
            format!("{{\"type\": {}}}, an action of the workspace,", quoted(&action.code))
        }
        None => "a payment (the workspace has no custom actions)".to_owned(),
    }
}

fn unknown_type(sent: &Json<'_>, action: &Entries<'_>, rules: &Rules) -> Fault {
    let with_meant = |rule, text, meant: Option<&str>| match meant {
        None => Fault::new(rule, sent, text, &any_type_of(rules)),
        // A payment needs more than its type.
        Some(PAYMENT) if payment_faults(action).next().is_some() => {
            Fault::new(rule, sent, text, "\"PAYMENT\" with status, currency and amount")
        }
        Some(code) => {
            Fault::new(rule, sent, text, &quoted(code)).suggesting(Suggestion::Replace(code.into()))
        }
    };
    let by_code = |code: &str| rules.action(code).map(|action| action.code.as_str());
    let Some(code) = sent.as_str() else {
        let meant = match sent {
            Json::Number(number) => by_code(&format!("{ACTION_PREFIX}{number}")),
            _ => None,
        };
        let text = "an action's `type` is its full code, as a text";
        return with_meant(DropRule::UnknownAction, text, meant);
    };
    if is_predefined_action(code) {
        let text =
            "types without `ACTION_` are predefined by telecrm, and only PAYMENT can be written";
        return with_meant(DropRule::PredefinedAction, text, None);
    }
    let is_named = |name: &str| suggest::same_name(name, code);
    let meant = by_code(&format!("{ACTION_PREFIX}{code}"))
        .or_else(|| is_named(PAYMENT).then_some(PAYMENT))
        .or_else(|| {
            // Two actions may have the same display name.
            let mut meant = rules
                .actions
                .iter()
                .filter(|action| is_named(&action.code) || is_named(&action.display_name));
            let first = meant.next()?;
            meant.next().is_none().then_some(first.code.as_str())
        });
    let text =
        "an action's `type` is PAYMENT or the full code (`ACTION_…`) of an action of the workspace";
    with_meant(DropRule::UnknownAction, text, meant)
}

fn any_type_of(rules: &Rules) -> String {
    let codes: Vec<&str> =
        rules.actions.iter().map(|action| action.code.as_str()).chain([PAYMENT]).collect();
    format!("one of {}", listed(&codes))
}

/// Returns whether a code looks like a predefined type: `SYSTEM_NOTE`, `OUTGOING_CALL`.
#[must_use]
pub fn is_predefined_action(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !code.starts_with(ACTION_PREFIX)
}

type CheckKey = fn(&Json<'_>) -> Option<Fault>;

const PAYMENT_KEYS: [(&str, CheckKey); 3] = [
    ("status", |sent| unless_one_of(sent, &PAYMENT_STATUSES, "a payment's status")),
    ("currency", |sent| unless_one_of(sent, &PAYMENT_CURRENCIES, "a payment's currency")),
    ("amount", amount),
];

/// Returns the invalid keys of a payment with their values and faults.
///
/// A missing key has neither a value nor a fault.
fn payment_faults<'a, 'b>(
    action: &'a Entries<'b>,
) -> impl Iterator<Item = (&'static str, Option<&'a Json<'b>>, Option<Fault>)> {
    PAYMENT_KEYS.iter().filter_map(|(key, check)| {
        match action.iter().find(|(known, _)| known == key) {
            None => Some((*key, None, None)),
            Some((_, sent)) => check(sent).map(|fault| (*key, Some(sent), Some(fault))),
        }
    })
}

fn missing_in_payment(key: &str) -> Fault {
    let reason = format!(
        "no `{key}` was sent; a payment needs status, currency and amount; a payment with all \
         three would have been kept"
    );
    Fault::worded(DropRule::IncompletePayment, reason)
}

fn unless_one_of(sent: &Json<'_>, known: &[&str], subject: &str) -> Option<Fault> {
    if sent.as_str().is_some_and(|text| known.contains(&text)) {
        return None;
    }
    let rule = format!("{subject} is one of telecrm's upper-case words");
    let fault = |kept: &str| Fault::new(DropRule::PaymentWord, sent, &rule, kept);
    let folded = sent.as_str().map(|text| text.trim().to_uppercase());
    Some(match folded.filter(|text| known.contains(&text.as_str())) {
        Some(word) => fault(&quoted(&word)).suggesting(Suggestion::Replace(word.into())),
        None => fault(&format!("one of {}", known.join(", "))),
    })
}

fn amount(sent: &Json<'_>) -> Option<Fault> {
    if sent.as_str().is_some_and(grammar::amount) {
        return None;
    }
    let own_limit = sent.as_str().and_then(own_limit::exceeded_by_amount);
    let rule = own_limit
        .as_deref()
        .unwrap_or("an amount is a numeric text greater than 0, without a sign or separators");
    let fault = |kept: &str| Fault::new(DropRule::PaymentAmount, sent, rule, kept);
    let meant = match sent {
        Json::Number(number) => Some(number.to_string()),
        Json::Text(text) => Some(text.trim().to_owned()),
        _ => None,
    };
    Some(match meant.filter(|text| grammar::amount(text)) {
        Some(text) => fault(&format!("the text {}", quoted(&text)))
            .suggesting(Suggestion::Replace(Value::from(text))),
        None => fault("a text such as \"5000\""),
    })
}

//! One element of `actions`: a custom action, a payment, or something that telecrm drops.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    grammar,
    kept::Kept,
    reason::{Fault, listed, quoted, shape},
    value,
};
use crate::{
    code::Code,
    delivery::Drop,
    near::Near,
    rules::{ActionRule, Kind, Rules},
};

pub(crate) const PAYMENT: &str = "PAYMENT";
const STATUSES: [&str; 6] =
    ["PENDING", "COMPLETED", "FAILED", "REFUNDED", "CANCELLED", "PROCESSING"];
const CURRENCIES: [&str; 11] =
    ["INR", "USD", "PKR", "AED", "QAR", "SAR", "MYR", "AUD", "CAD", "SGD", "XOF"];

/// Judges the action at `index`; answers what telecrm appends to the timeline, if anything.
pub(crate) fn judge<'a>(
    index: usize,
    sent: &'a Value,
    rules: &Rules,
    drops: &mut Vec<Drop>,
) -> Option<Cow<'a, Value>> {
    let mut refuse = |fault: Fault| drops.push(fault.at(format!("actions[{index}].type")));
    let Some(action) = sent.as_object() else {
        refuse(Fault::new(Code::D22, sent, "an action is a JSON object with a `type`", EXAMPLE));
        return None;
    };
    let Some(code) = action.get("type") else {
        let reason =
            format!("no `type` was sent; an action needs one; {EXAMPLE} would have been kept");
        refuse(Fault { code: Code::D22, reason, created: false });
        return None;
    };
    if code == PAYMENT {
        return payment(sent, action, index, drops);
    }
    let Some(rule) = code.as_str().and_then(|code| rules.action(code)) else {
        refuse(unknown_type(code, rules));
        return None;
    };
    Some(Action { index, rule, rules }.judge(sent, action, drops))
}

const EXAMPLE: &str = "{\"type\": \"ACTION_1001\"}, a code of the workspace,";

fn unknown_type(sent: &Value, rules: &Rules) -> Fault {
    let Some(code) = sent.as_str() else {
        let meant = rules
            .action(&format!("ACTION_{sent}"))
            .map_or_else(|| of_the_workspace(rules), |action| quoted(&action.code));
        return Fault::new(Code::D22, sent, "an action's `type` is its full code, a text", &meant);
    };
    if is_predefined(code) {
        let rule = "types without `ACTION_` are telecrm's own, and of those only PAYMENT can be \
                    written";
        return Fault::new(Code::D23, sent, rule, &of_the_workspace(rules));
    }
    let by_code = |code: &str| rules.action(code).map(|action| action.code.as_str());
    let near = Near::name(code);
    let meant = by_code(&format!("ACTION_{code}"))
        .or_else(|| (near == Near::name(PAYMENT)).then_some(PAYMENT))
        .or_else(|| {
            let called = |name: &str| near.is_some() && Near::name(name) == near;
            let mut actions = rules.actions.iter();
            let meant = actions.find(|a| called(&a.code) || called(&a.display_name))?;
            Some(meant.code.as_str())
        })
        .map_or_else(|| of_the_workspace(rules), quoted);
    Fault::new(
        Code::D22,
        sent,
        "an action's `type` is PAYMENT or the full code (`ACTION_…`) of an action of the workspace",
        &meant,
    )
}

fn of_the_workspace(rules: &Rules) -> String {
    let codes: Vec<&str> =
        rules.actions.iter().map(|action| action.code.as_str()).chain([PAYMENT]).collect();
    format!("one of {}", listed(&codes))
}

/// Looks like one of telecrm's own types: `SYSTEM_NOTE`, `OUTGOING_CALL`.
pub(crate) fn is_predefined(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !code.starts_with("ACTION_")
}

/// A custom action of the workspace.
struct Action<'r> {
    /// Where in the body.
    index: usize,
    rule: &'r ActionRule,
    rules: &'r Rules,
}

impl Action<'_> {
    /// It is always appended, perhaps without some of its keys. `action` is the object `sent`.
    fn judge<'a>(
        &self,
        sent: &'a Value,
        action: &'a Map<String, Value>,
        drops: &mut Vec<Drop>,
    ) -> Cow<'a, Value> {
        let mut kept = Kept::of(action);
        for (key, value) in action {
            let value = match key.as_str() {
                "type" => Some(Cow::Borrowed(value)),
                "fields" => self.fields(value, drops),
                "created_on" => self.created_on(value, drops),
                _ => {
                    drops.push(stray(key, value, self.rule).at(self.path(key)));
                    None
                }
            };
            kept.put(key, value);
        }
        kept.value(sent)
    }

    fn path(&self, key: &str) -> String {
        format!("actions[{}].{key}", self.index)
    }

    fn fields<'a>(&self, sent: &'a Value, drops: &mut Vec<Drop>) -> Option<Cow<'a, Value>> {
        let Some(fields) = sent.as_object() else {
            let text = "`fields` of an action is a JSON object keyed by API name";
            drops.push(Fault::new(Code::D24, sent, text, "an object").at(self.path("fields")));
            return None;
        };
        let mut kept = Kept::of(fields);
        for (name, value) in fields {
            kept.put(name, self.field(name, value, drops));
        }
        Some(kept.value(sent))
    }

    fn field<'a>(
        &self,
        name: &str,
        sent: &'a Value,
        drops: &mut Vec<Drop>,
    ) -> Option<Cow<'a, Value>> {
        let path = || format!("actions[{}].fields.{name}", self.index);
        let Some(field) = self.rule.fields.get(name) else {
            drops.push(unknown_field(name, self.rule).at(path()));
            return None;
        };
        let judged = value::judge(sent, &field.kind, &self.rules.country);
        for mut fault in judged.faults {
            // One id for whatever does not fit an action's field. A label that telecrm creates
            // is stored, so it keeps the id that says so.
            if judged.kept.is_none() {
                fault.code = Code::D24;
            }
            drops.push(fault.at(path()));
        }
        judged.kept
    }

    fn created_on<'a>(&self, sent: &'a Value, drops: &mut Vec<Drop>) -> Option<Cow<'a, Value>> {
        let at = |fault: Fault| fault.at(self.path("created_on"));
        if self.rule.backdatable {
            let judged = value::judge(sent, &Kind::Date, &self.rules.country);
            drops.extend(judged.faults.into_iter().map(at));
            return judged.kept;
        }
        let text = format!("{} ({}) may not be backdated", self.rule.code, self.rule.display_name);
        let fault = Fault::new(Code::D25, sent, &text, "the action without `created_on`");
        drops.push(at(fault));
        None
    }
}

fn unknown_field(name: &str, rule: &ActionRule) -> Fault {
    let known: Vec<&str> = rule.fields.list.iter().map(|field| field.name.as_str()).collect();
    let meant = rule.fields.near(name).map_or_else(
        || {
            format!(
                "a field of the action ({})",
                if known.is_empty() { "it has none".into() } else { listed(&known) }
            )
        },
        |near| format!("the key {}", quoted(near)),
    );
    let reason = format!(
        "the field {} was sent; {} ({}) does not define it; {meant} would have been kept",
        quoted(name),
        rule.code,
        rule.display_name,
    );
    Fault { code: Code::D24, reason, created: false }
}

/// A key of an action that is none of the three.
fn stray(key: &str, sent: &Value, rule: &ActionRule) -> Fault {
    let meant = if rule.fields.get(key).is_some() {
        format!("the same under `fields`, as `fields.{key}`,")
    } else {
        "the action without it".to_owned()
    };
    let text = "a custom action holds `type`, `fields` and `created_on`, nothing else";
    Fault::new(Code::D24, sent, text, &meant)
}

/// A payment: all four keys or nothing. `action` is the object `sent`.
fn payment<'a>(
    sent: &'a Value,
    action: &'a Map<String, Value>,
    index: usize,
    drops: &mut Vec<Drop>,
) -> Option<Cow<'a, Value>> {
    let path = |key: &str| format!("actions[{index}].{key}");
    let before = drops.len();
    for (key, judge) in PAYMENT_KEYS {
        let fault = match action.get(key) {
            None => Some(Fault {
                code: Code::D26,
                reason: format!(
                    "no `{key}` was sent; a payment needs status, currency and amount; a payment \
                     with all three would have been kept"
                ),
                created: false,
            }),
            Some(sent) => judge(sent),
        };
        drops.extend(fault.map(|fault| fault.at(path(key))));
    }
    let refused = drops.len() > before;

    let mut kept = Kept::of(action);
    for (key, value) in action {
        let needed = key == "type" || PAYMENT_KEYS.iter().any(|(known, _)| known == key);
        kept.put(key, needed.then_some(Cow::Borrowed(value)));
        if !needed {
            let (code, text) = if key == "created_on" {
                (Code::D25, "a payment may not be backdated")
            } else {
                (
                    Code::D24,
                    "a payment holds `type`, `status`, `currency` and `amount`, nothing else",
                )
            };
            drops.push(Fault::new(code, value, text, "the payment without it").at(path(key)));
        }
    }
    (!refused).then(|| kept.value(sent))
}

type JudgeKey = fn(&Value) -> Option<Fault>;

const PAYMENT_KEYS: [(&str, JudgeKey); 3] = [
    ("status", |sent| unless_one_of(sent, &STATUSES, "a payment's status")),
    ("currency", |sent| unless_one_of(sent, &CURRENCIES, "a payment's currency")),
    ("amount", amount),
];

fn unless_one_of(sent: &Value, known: &[&str], what: &str) -> Option<Fault> {
    if sent.as_str().is_some_and(|text| known.contains(&text)) {
        return None;
    }
    let folded = sent.as_str().map(|text| text.trim().to_uppercase());
    let meant = folded
        .filter(|text| known.contains(&text.as_str()))
        .map_or_else(|| format!("one of {}", known.join(", ")), |text| quoted(&text));
    let rule = format!("{what} is one of telecrm's own upper-case words");
    Some(Fault::new(Code::D28, sent, &rule, &meant))
}

fn amount(sent: &Value) -> Option<Fault> {
    if sent.as_str().is_some_and(grammar::amount) {
        return None;
    }
    let meant = match sent {
        Value::Number(number) if grammar::amount(&number.to_string()) => {
            format!("the text \"{number}\"")
        }
        _ => "a text such as \"5000\"".to_owned(),
    };
    let rule = "an amount is a numeric text greater than 0, without a sign or separators";
    Some(Fault::new(Code::D27, sent, rule, &meant))
}

/// A stray key at the top of the body.
pub(crate) fn stray_top_level(key: &str, sent: &Value, rules: &Rules) -> Drop {
    let meant = rules
        .fields
        .get(key)
        .or_else(|| rules.fields.near(key).and_then(|near| rules.fields.get(near)));
    let kept = meant.map_or_else(
        || "the body without it".to_owned(),
        |field| format!("the same as `fields.{}`", field.name),
    );
    let reason = format!(
        "{} was sent as {}; a body holds `fields` and `actions`, and telecrm ignores the rest; \
         {kept} would have been kept",
        shape(sent),
        quoted(key)
    );
    Drop { path: key.to_owned(), code: Code::D29, reason, created: false }
}

//! Changes of the type of a field, and of the limits of a text.

use telecrm_schema::{FieldType, Length};

use super::row::{Consequences, Kind, Rows};

pub(super) fn compare(old: &FieldType, new: &FieldType, path: &str, rows: &mut Rows) {
    match (old, new) {
        (FieldType::Text(from), FieldType::Text(to)) => limits(*from, *to, path, rows),
        (from, to) if from.name() == to.name() => {}
        (from, to) => {
            let drops_values = is_dropped(from, to);
            let effect = match to {
                _ if drops_values => "telecrm drops values of the wrong type",
                FieldType::Dropdown(_) => "telecrm would create options for unknown labels",
                _ => "telecrm also accepts the old values",
            };
            let (from, to) = (from.name(), to.name());
            let message = format!("{from} → {to}; build its values with the new type, {effect}");
            rows.add(
                Kind::Retyped,
                path,
                Consequences { breaks_code: true, drops_values },
                message,
            );
        }
    }
}

/// Whether telecrm can drop a value of type `from` in a field of type `to`.
fn is_dropped(from: &FieldType, to: &FieldType) -> bool {
    let is_text = !matches!(
        from,
        FieldType::Number | FieldType::Date | FieldType::Tags(_) | FieldType::Rating
    );
    match (from, to) {
        // telecrm accepts any text, and creates an option if necessary.
        (_, FieldType::Dropdown(_)) => !is_text,
        (_, FieldType::Text(length)) => !is_text || length.bounds().is_some(),
        (FieldType::Email, FieldType::ActiveUsers)
        | (FieldType::ActiveUsers, FieldType::Email)
        | (FieldType::Website, FieldType::MediaLink)
        | (FieldType::MediaLink, FieldType::Website)
        | (FieldType::Rating, FieldType::Number) => false,
        _ => true,
    }
}

fn limits(from: Length, to: Length, path: &str, rows: &mut Rows) {
    if from == to {
        return;
    }
    let range = |length: Length| length.bounds().unwrap_or((0, u32::MAX));
    let ((min, max), (new_min, new_max)) = (range(from), range(to));
    let tighter = new_min > min || new_max < max;
    let rust = |length: Length| match length.bounds() {
        None => "Text".to_owned(),
        Some((min, max)) => format!("BoundedText<{min}, {max}>"),
    };
    let (before, now) = (rust(from), rust(to));
    let consequences = Consequences { breaks_code: before != now, drops_values: tighter };
    let in_rust = if before == now {
        "the rule is the same, nothing to do".to_owned()
    } else {
        format!("`{before}` is now `{now}` in Rust: build its values with the new type")
    };
    let effect =
        if tighter { "; telecrm drops other lengths: shorten or refuse such texts" } else { "" };
    let message = format!("{} → {}; {in_rust}{effect}", words(from), words(to));
    let kind = if tighter { Kind::Limited } else { Kind::Loosened };
    rows.add(kind, path, consequences, message);
}

fn words(length: Length) -> String {
    match (length.min, length.max) {
        (None, None) => "any length".to_owned(),
        (Some(min), None) => format!("at least {min} characters"),
        (None, Some(max)) => format!("at most {max} characters"),
        (Some(min), Some(max)) => format!("{min} to {max} characters"),
    }
}

//! The type of a field, and the limits of a text.

use telecrm_schema::{FieldType, Length};

use super::row::{Consequences, Kind, Rows};

pub(super) fn compare(was: &FieldType, is: &FieldType, path: &str, rows: &mut Rows) {
    match (was, is) {
        (FieldType::Text(from), FieldType::Text(to)) => limits(*from, *to, path, rows),
        (from, to) if from.name() == to.name() => {}
        (from, to) => {
            let drops_values = is_dropped(from, to);
            let fate = match to {
                _ if drops_values => "telecrm drops those of the wrong type",
                FieldType::Dropdown(_) => {
                    "telecrm would make options of those that it does not know"
                }
                _ => "telecrm takes the old ones, too",
            };
            let (from, to) = (from.name(), to.name());
            let message = format!("{from} → {to}; make its values anew, {fate}");
            rows.add(
                Kind::Retyped,
                path,
                Consequences { breaks_code: true, drops_values },
                message,
            );
        }
    }
}

/// Whether telecrm can drop a value of one type where it expects another.
fn is_dropped(from: &FieldType, to: &FieldType) -> bool {
    let is_text = !matches!(
        from,
        FieldType::Number | FieldType::Date | FieldType::Tags(_) | FieldType::Rating
    );
    match (from, to) {
        // Any text is an option, if need be a new one.
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
    let ((least, most), (new_least, new_most)) = (range(from), range(to));
    let tighter = new_least > least || new_most < most;
    let rust = |length: Length| match length.bounds() {
        None => "Text".to_owned(),
        Some((least, most)) => format!("BoundedText<{least}, {most}>"),
    };
    let (before, now) = (rust(from), rust(to));
    let consequences = Consequences { breaks_code: before != now, drops_values: tighter };
    let in_rust = if before == now {
        "the same rule, nothing to do".to_owned()
    } else {
        format!("`{before}` is now `{now}` in Rust: make its values with it")
    };
    let fate =
        if tighter { "; telecrm drops texts outside of it: shorten or refuse them" } else { "" };
    let message = format!("{} → {}; {in_rust}{fate}", words(from), words(to));
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

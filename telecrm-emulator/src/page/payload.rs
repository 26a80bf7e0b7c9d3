//! View of a body: lines, each with its drops.

use std::collections::BTreeMap;

use serde_json::Value;

use telecrm_schema::validate::Violation;

/// Maximum number of shown lines of a body. The same number of lines with drops may follow.
const MAX_LINES: usize = 300;
/// Maximum number of shown drops without a line.
const MAX_ELSEWHERE: usize = 100;
/// Maximum number of shown characters of one value.
const MAX_CHARACTERS: usize = 600;

/// The lines of a body, and its drops.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) shown: Vec<Line>,
    /// Number of lines that are not shown.
    pub(super) omitted: usize,
    /// The received body, if it is not valid JSON or was truncated.
    pub(super) raw: Option<String>,
    /// Drops without a line.
    pub(super) elsewhere: Vec<Mark>,
    /// Number of drops that are not shown.
    pub(super) omitted_drops: usize,
    /// The length of a truncated body in bytes.
    pub(super) cut: Option<usize>,
}

/// One line of a body.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) depth: usize,
    pub(super) key: Option<String>,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
    /// Whether the line represents a value that was not sent.
    pub(super) absent: bool,
}

/// A drop, next to its line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) code: &'static str,
    pub(super) path: String,
    pub(super) reason: String,
    /// Whether the value is stored anyway.
    pub(super) created: bool,
}

impl Line {
    /// Whether the value of this line is lost.
    pub(super) fn is_lost(&self) -> bool {
        self.marks.iter().any(|mark| !mark.created)
    }
}

impl Lines {
    /// Creates the lines of a body. `cut` is the length of a body that was truncated to `text`.
    pub(super) fn new(text: &str, cut: Option<usize>, drops: &[Violation]) -> Self {
        let mut marks: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
        for drop in drops {
            marks.entry(drop.path.clone()).or_default().push(Mark {
                code: drop.rule.id(),
                path: drop.path.clone(),
                reason: drop.reason.clone(),
                created: drop.is_stored,
            });
        }
        let body = serde_json::from_str::<Value>(text).ok().filter(|_| cut.is_none());
        let mut walk = Walk { lines: Self { cut, ..Self::default() }, marks };
        match body {
            Some(body) => {
                walk.value(&body, Place { key: None, path: Some(""), depth: 0, comma: "" });
            }
            None => walk.lines.raw = Some(shortened(text, 4 * MAX_CHARACTERS)),
        }
        let Walk { mut lines, marks } = walk;
        lines.elsewhere.extend(marks.into_values().flatten());
        lines.omitted_drops = lines.elsewhere.len().saturating_sub(MAX_ELSEWHERE);
        lines.elsewhere.truncate(MAX_ELSEWHERE);
        lines
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty() && self.raw.as_deref().is_none_or(str::is_empty)
    }
}

/// Place of a value in the body.
#[derive(Clone, Copy)]
struct Place<'a> {
    key: Option<&'a str>,
    /// The path of the value in drops; `None` for a value that no drop refers to.
    path: Option<&'a str>,
    depth: usize,
    /// The comma after the value; empty for the last value.
    comma: &'a str,
}

struct Walk {
    lines: Lines,
    /// Drops without a line so far, by path.
    marks: BTreeMap<String, Vec<Mark>>,
}

impl Walk {
    fn push(&mut self, line: Line) {
        if self.lines.shown.len() < MAX_LINES
            || (!line.marks.is_empty() && self.lines.shown.len() < 2 * MAX_LINES)
        {
            self.lines.shown.push(line);
        } else {
            self.lines.omitted += 1;
            self.lines.elsewhere.extend(line.marks);
        }
    }

    /// Adds the lines of a value and of its contents.
    fn value(&mut self, value: &Value, place: Place<'_>) {
        let Place { key, path, depth, comma } = place;
        let mut marks = path.and_then(|path| self.marks.remove(path)).unwrap_or_default();
        let line = |text: String, marks| Line {
            depth,
            key: key.map(|key| Value::from(key).to_string()),
            text,
            marks,
            absent: false,
        };
        let (open, close, length) = match value {
            Value::Object(entries) if !entries.is_empty() || self.has_missing_in(path) => {
                ("{", "}", entries.len())
            }
            Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
                ("[", "]", items.len())
            }
            other => {
                marks.extend(self.missing_in(path));
                let text = shortened(&other.to_string(), MAX_CHARACTERS);
                self.push(line(format!("{text}{comma}"), marks));
                return;
            }
        };
        self.push(line(open.to_owned(), marks));
        let depth_inside = depth + 1;
        let comma_after = |index: usize| if index + 1 < length { "," } else { "" };
        match value {
            Value::Object(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    let path = path.and_then(|path| below(path, key));
                    let (path, comma) = (path.as_deref(), comma_after(index));
                    self.value(value, Place { key: Some(key), path, depth: depth_inside, comma });
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let path = (path == Some("actions")).then(|| format!("actions[{index}]"));
                    let (path, comma) = (path.as_deref(), comma_after(index));
                    self.value(item, Place { key: None, path, depth: depth_inside, comma });
                }
            }
            _ => {}
        }
        for mark in self.missing_in(path) {
            let name = path.and_then(|path| mark.path.strip_prefix(path));
            let name = name.map_or("", |name| name.trim_start_matches('.'));
            self.push(Line {
                depth: depth_inside,
                key: Some(Value::from(name).to_string()),
                text: "not sent".to_owned(),
                marks: vec![mark],
                absent: true,
            });
        }
        let text = format!("{close}{comma}");
        self.push(Line { depth, key: None, text, marks: Vec::new(), absent: false });
    }

    fn has_missing_in(&self, path: Option<&str>) -> bool {
        path.is_some_and(|path| {
            let prefix = format!("{path}.");
            self.marks.keys().any(|key| key.starts_with(&prefix))
        })
    }

    /// Removes and returns the drops of values below `path` that were not sent.
    fn missing_in(&mut self, path: Option<&str>) -> Vec<Mark> {
        let Some(path) = path.filter(|path| !path.is_empty() && *path != "actions") else {
            return Vec::new();
        };
        let prefix = format!("{path}.");
        let paths: Vec<String> =
            self.marks.keys().filter(|key| key.starts_with(&prefix)).cloned().collect();
        paths.iter().filter_map(|path| self.marks.remove(path)).flatten().collect()
    }
}

/// Returns the path of a key in the object at `path`, if drops can refer to it.
fn below(path: &str, key: &str) -> Option<String> {
    let of_action = path.starts_with("actions[");
    match path {
        "" => Some(key.to_owned()),
        "fields" => Some(format!("fields.{key}")),
        _ if of_action && path.ends_with(']') => Some(format!("{path}.{key}")),
        _ if of_action && path.ends_with("].fields") => Some(format!("{path}.{key}")),
        _ => None,
    }
}

fn shortened(text: &str, max_characters: usize) -> String {
    match text.char_indices().nth(max_characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use telecrm_schema::{Schema, validate::Validator};

    use super::*;

    fn lines(body: &Value) -> Lines {
        let yaml = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n  \
                    - { apiName: deal_size, type: NUMBER }\n  \
                    - { apiName: source, type: DROPDOWN, options: [Website] }\n\
                    customActions:\n  - { code: ACTION_1, displayName: A, fieldSchema: { note: { type: TEXT } } }\n";
        let workspace = Schema::from_yaml(yaml).expect("a valid schema");
        let validation = Validator::new(&workspace).validate(body).expect("a request");
        Lines::new(&body.to_string(), None, &validation.violations)
    }

    fn shown(body: &Value) -> Vec<String> {
        let lines = lines(body);
        assert!(lines.elsewhere.is_empty(), "{:?}", lines.elsewhere);
        let line = |line: &Line| {
            let key = line.key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
            let codes: Vec<String> =
                line.marks.iter().map(|mark| format!(" <{}>", mark.code)).collect();
            let codes = codes.concat();
            format!("{}{key}{}{codes}", " ".repeat(line.depth), line.text)
        };
        lines.shown.iter().map(line).collect()
    }

    #[test]
    fn drop_is_shown_on_its_line() {
        let body = json!({
            "fields": { "phone": "9999999999", "deal_size": "5", "source": "x", "no": [1, 2] },
            "actions": [{ "type": "ACTION_1", "fields": { "note": 5 }, "created_on": 0 }, "x"],
            "stray": { "a": 1 },
        });
        assert_eq!(
            shown(&body),
            [
                "{",
                " \"fields\": {",
                "  \"phone\": \"9999999999\",",
                "  \"deal_size\": \"5\", <D01>",
                "  \"source\": \"x\", <D06>",
                "  \"no\": [1,2] <D17>",
                " },",
                " \"actions\": [",
                "  {",
                "   \"type\": \"ACTION_1\",",
                "   \"fields\": {",
                "    \"note\": 5 <D24>",
                "   },",
                "   \"created_on\": 0 <D25>",
                "  },",
                "  \"x\" <D22>",
                " ],",
                " \"stray\": { <D29>",
                "  \"a\": 1",
                " }",
                "}",
            ]
        );
    }

    #[test]
    fn missing_value_has_a_line_in_its_object() {
        let body = json!({ "fields": {}, "actions": [{ "fields": {} }, { "type": "PAYMENT", "amount": "1", "status": "PENDING" }] });
        let shown = shown(&body);
        assert_eq!(shown[2], "  \"phone\": not sent <D19>");
        assert!(shown.contains(&"   \"type\": not sent <D22>".to_owned()), "{shown:?}");
        assert!(shown.contains(&"   \"currency\": not sent <D26>".to_owned()), "{shown:?}");
    }

    #[test]
    fn label_that_telecrm_created_is_not_lost() {
        let body = json!({ "fields": { "phone": "9999999999", "source": "x", "deal_size": "" } });
        let lines = lines(&body).shown;
        let is_lost = |key: &str| {
            let mut found = lines.iter().filter(|line| line.key.as_deref() == Some(key));
            found.next().map(Line::is_lost)
        };
        assert_eq!((is_lost("\"source\""), is_lost("\"deal_size\"")), (Some(false), Some(true)));
    }

    #[test]
    fn long_body_is_truncated_and_every_drop_is_counted() {
        let mut body = json!({ "fields": { "phone": "9999999999" } });
        for n in 0..2000 {
            body["fields"][format!("f{n}")] = n.into();
        }
        let lines = lines(&body);
        assert_eq!(lines.shown.len(), 2 * MAX_LINES);
        let on_lines = lines.shown.iter().map(|line| line.marks.len()).sum::<usize>();
        assert_eq!(lines.elsewhere.len(), MAX_ELSEWHERE);
        assert_eq!(on_lines + lines.elsewhere.len() + lines.omitted_drops, 2000);
        assert!(lines.omitted > 1000);
    }

    #[test]
    fn invalid_json_is_shown_unchanged() {
        let lines = Lines::new("{\"fields\": <script>", None, &[]);
        assert_eq!(lines.raw.as_deref(), Some("{\"fields\": <script>"));
        assert!(Lines::new("", None, &[]).is_empty());
    }
}

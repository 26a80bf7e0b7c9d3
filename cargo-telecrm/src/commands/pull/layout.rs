//! Layout of the sections: one line for a simple field, several lines for other values.

use super::path::{Names, Path, Step, name_of, step_to};
use telecrm_schema::yaml::key as spelled_key;

use super::yaml::Yaml;

/// Maximum width of a line, if the value can be split.
const WIDTH: usize = 100;

/// A line to be written.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) indent: usize,
    pub(super) text: String,
    /// The path of the outermost entry that begins here.
    pub(super) path: Path,
}

/// Lays out a section. `has_notes` returns whether an entry below a path has a comment; each entry of
/// such a value gets a separate line.
pub(super) fn section(name: &str, value: &Yaml, has_notes: &dyn Fn(&Path) -> bool) -> Vec<Line> {
    let mut layout = Layout { lines: Vec::new(), has_notes };
    let path = vec![Step::Key(name.to_owned())];
    layout.entry(0, name, value, path);
    layout.lines
}

struct Layout<'a> {
    lines: Vec<Line>,
    has_notes: &'a dyn Fn(&Path) -> bool,
}

impl Layout<'_> {
    fn line(&mut self, indent: usize, text: String, path: Path) {
        self.lines.push(Line { indent, text, path });
    }

    fn entry(&mut self, indent: usize, key: &str, value: &Yaml, path: Path) {
        let spelled = spelled_key(key);
        let flow = format!("{spelled}: {}", value.flow());
        if self.is_flow(indent, &flow, value, &path) {
            return self.line(indent, flow, path);
        }
        self.line(indent, format!("{spelled}:"), path.clone());
        match value {
            Yaml::Map(entries) => self.entries(indent + 2, entries, &path),
            other => self.items(indent + 2, other.items(), &path),
        }
    }

    fn entries(&mut self, indent: usize, entries: &[(String, Yaml)], path: &Path) {
        for (key, value) in entries {
            let mut path = path.clone();
            path.push(step_to(&path, key));
            self.entry(indent, key, value, path);
        }
    }

    fn items(&mut self, indent: usize, items: &[Yaml], path: &Path) {
        let mut names = Names::default();
        for item in items {
            let mut path = path.clone();
            path.push(names.step(name_of(item)));
            let flow = format!("- {}", item.flow());
            let first = self.lines.len();
            match item {
                Yaml::Map(entries) if !self.is_flow(indent, &flow, item, &path) => {
                    self.entries(indent + 2, entries, &path);
                    // The first entry follows the dash on the same line.
                    if let Some(line) = self.lines.get_mut(first) {
                        *line = Line { indent, text: format!("- {}", line.text), path };
                    }
                }
                _ => self.line(indent, flow, path),
            }
        }
    }

    fn is_flow(&self, indent: usize, flow: &str, value: &Yaml, path: &Path) -> bool {
        let fits = || indent + flow.chars().count() <= WIDTH;
        match value {
            Yaml::Map(entries) if entries.is_empty() => true,
            Yaml::List(items) if items.is_empty() => true,
            Yaml::Map(entries) => {
                // Sections and the fields of an action always use several lines.
                let opens =
                    path.len() == 1 || path.last() == Some(&Step::Key("fieldSchema".into()));
                // A long key requires braces in YAML.
                let long = entries.iter().any(|(key, _)| spelled_key(key).starts_with('?'));
                let deepest =
                    entries.iter().map(|(_, value)| depth(value)).max().unwrap_or_default();
                long || !opens
                    && match deepest {
                        0 => true,
                        1 => fits() && !(self.has_notes)(path),
                        _ => false,
                    }
            }
            Yaml::List(items) => {
                path.len() > 1
                    && items.iter().all(|item| depth(item) == 0)
                    && fits()
                    && !(self.has_notes)(path)
            }
            _ => true,
        }
    }
}

/// Maximum depth of nested brackets.
fn depth(value: &Yaml) -> usize {
    match value {
        Yaml::List(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Yaml::Map(entries) => {
            1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or_default()
        }
        _ => 0,
    }
}

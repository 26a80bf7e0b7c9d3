//! Text that is laid out by hand: whatever stands once for each field, label or action.
//!
//! Making syntax of it and formatting that is most of the time that generating takes; and prettyplease
//! fills lines with the tokens of a macro that it does not know. So a placeholder stands for each
//! block of lines until the file is formatted, see `output`.

use super::ast;

/// How the name of a placeholder starts. No name of a schema does: those are ASCII.
const PLACEHOLDER: &str = "ª";

/// Blocks of lines, each with its placeholder.
#[derive(Default)]
pub(crate) struct Verbatim {
    blocks: Vec<Vec<String>>,
}

impl Verbatim {
    /// Stands for an item: `pub mod ª0 {}`.
    pub(super) fn item(&mut self, lines: Vec<String>) -> syn::Item {
        ast::module(Vec::new(), &self.placeholder(lines), Vec::new())
    }

    /// Stands for the members of a struct, where there are any: `pub ª0: (),`.
    pub(super) fn members(&mut self, lines: Vec<String>) -> Option<syn::Field> {
        (!lines.is_empty()).then(|| ast::unit_field(&self.placeholder(lines)))
    }

    /// Stands for the variants of an enum, where there are any: `ª0,`.
    pub(super) fn variants(&mut self, lines: Vec<String>) -> Option<syn::Variant> {
        (!lines.is_empty()).then(|| ast::variant(&self.placeholder(lines)))
    }

    /// `telecrm::name! { head { line … } … }`
    pub(super) fn macro_call(
        &mut self,
        name: &str,
        blocks: Vec<(String, Vec<String>)>,
    ) -> syn::Item {
        let mut lines = vec![format!("telecrm::{name}! {{")];
        for (head, inner) in blocks {
            if inner.is_empty() {
                lines.push(format!("    {head} {{}}"));
                continue;
            }
            lines.push(format!("    {head} {{"));
            lines.extend(inner.into_iter().map(|line| format!("        {line}")));
            lines.push("    }".to_owned());
        }
        lines.push("}".to_owned());
        self.item(lines)
    }

    fn placeholder(&mut self, lines: Vec<String>) -> String {
        let name = format!("{PLACEHOLDER}{}", self.blocks.len());
        self.blocks.push(lines);
        name
    }

    /// The lines that a formatted line stands for, if it is a placeholder, and whether they are items.
    pub(crate) fn block(&self, line: &str) -> Option<(&[String], bool)> {
        let rest = line.strip_prefix("pub ").unwrap_or(line);
        let item = rest.strip_prefix("mod ");
        let rest = item.unwrap_or(rest).strip_prefix(PLACEHOLDER)?;
        let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        let lines = self.blocks.get(rest[..end].parse::<usize>().ok()?)?;
        Some((lines, item.is_some()))
    }
}

/// Items on lines, as many on each as fit.
pub(super) fn filled(items: impl Iterator<Item = String>) -> Vec<String> {
    const WIDTH: usize = 80;

    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() < WIDTH => {
                line.push(' ');
                line.push_str(&item);
            }
            _ => lines.push(item),
        }
    }
    lines
}

/// A string literal.
pub(super) fn text(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

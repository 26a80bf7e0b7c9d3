//! Symbol table for one namespace: later clashes get a numeric suffix.

use std::collections::HashMap;
use std::ops::RangeFrom;

use telecrm_schema::Span;

use super::casing::{Style, escape};

/// Names that are taken.
#[derive(Debug)]
pub(crate) struct Scope {
    style: Style,
    taken: HashMap<String, Owner>,
    /// The numbers that remain to be tried after a name. Each number is tried once, so the clashes of a
    /// name take linear time.
    numbers: HashMap<String, RangeFrom<usize>>,
}

/// Owner of a name.
#[derive(Clone, Debug)]
pub(crate) enum Owner {
    /// The generated code itself, or the prelude.
    Reserved,
    /// Something in the file: its name there and its place.
    Item(String, Span),
}

/// The result of a claim.
#[derive(Debug)]
pub(crate) struct Claim {
    /// Ready to be written down (`r#type`).
    pub(crate) ident: String,
    /// The owner of the wanted name, if it was taken.
    pub(crate) met: Option<Owner>,
}

impl Scope {
    /// A namespace in which some names are taken from the start.
    pub(crate) fn new(style: Style, reserved: &[&[&str]]) -> Self {
        let taken = reserved
            .iter()
            .flat_map(|names| names.iter())
            .map(|&name| (name.to_owned(), Owner::Reserved))
            .collect();
        Self { style, taken, numbers: HashMap::new() }
    }

    /// How names of this namespace are cased.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Claims a name unchanged, for a rename that the user wrote.
    pub(crate) fn claim_exactly(
        &mut self,
        name: &str,
        owner: (&str, Span),
    ) -> Result<String, Owner> {
        if let Some(owner) = self.taken.get(name) {
            return Err(owner.clone());
        }
        self.take(name, owner);
        Ok(escape(name))
    }

    /// Claims a name, or the first free one after it. `part` is added to a name that is taken, in
    /// any spelling; then come `2`, `3`, ….
    pub(crate) fn claim(&mut self, name: &str, part: Option<&str>, owner: (&str, Span)) -> Claim {
        let Some(met) = self.taken.get(name).cloned() else {
            self.take(name, owner);
            return Claim { ident: escape(name), met: None };
        };
        let first = part.map(|part| self.style.joined(name, part));
        let free = first.filter(|name| !self.taken.contains_key(name));
        let free = free.unwrap_or_else(|| self.numbered(name));
        self.take(&free, owner);
        Claim { ident: escape(&free), met: Some(met) }
    }

    fn numbered(&mut self, name: &str) -> String {
        let numbers = self.numbers.entry(name.to_owned()).or_insert(2..);
        loop {
            // A range without an end yields a number each time.
            let numbered = self.style.numbered(name, numbers.next().unwrap_or_default());
            if !self.taken.contains_key(&numbered) {
                return numbered;
            }
        }
    }

    fn take(&mut self, name: &str, (wire, span): (&str, Span)) {
        self.taken.insert(name.to_owned(), Owner::Item(wire.to_owned(), span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize) -> Span {
        Span::new(line, line)
    }

    #[test]
    fn the_first_keeps_the_name_and_later_ones_are_numbered() {
        let mut scope = Scope::new(Style::Camel, &[&["Status"]]);
        let mut claim = |name: &str, line| {
            let claim = scope.claim(name, None, (name, at(line)));
            (claim.ident, claim.met.is_some())
        };
        assert_eq!(claim("Website", 1), ("Website".into(), false));
        assert_eq!(claim("Website", 2), ("Website2".into(), true));
        assert_eq!(claim("Website", 3), ("Website3".into(), true));
        assert_eq!(claim("Website2", 4), ("Website2_2".into(), true));
        assert_eq!(claim("Status", 5), ("Status2".into(), true));
        assert_eq!(claim("_10", 6), ("_10".into(), false));
        assert_eq!(claim("_10", 7), ("_10_2".into(), true));
    }

    #[test]
    fn fields_are_numbered_with_an_underscore_and_keywords_stay_raw() {
        let mut scope = Scope::new(Style::Snake, &[]);
        assert_eq!(scope.claim("type", None, ("type", at(1))).ident, "r#type");
        assert_eq!(scope.claim("type", None, ("Type", at(2))).ident, "type_2");
        assert_eq!(scope.claim("self", None, ("self", at(3))).ident, "self_");
    }

    #[test]
    fn an_action_takes_its_code_first() {
        let mut scope = Scope::new(Style::Camel, &[&["Payment"]]);
        let mut claim = |name: &str, code| scope.claim(name, Some(code), (name, at(1))).ident;
        assert_eq!(claim("Payment", "1007"), "Payment1007");
        assert_eq!(claim("SiteVisit", "1001"), "SiteVisit");
        assert_eq!(claim("SiteVisit", "1002"), "SiteVisit1002");
        assert_eq!(claim("SiteVisit", "1002"), "SiteVisit2");
        // Codes are spelled as every other name.
        assert_eq!(claim("SiteVisit", "1.5"), "SiteVisit1_5");
        assert_eq!(claim("SiteVisit", "2-b"), "SiteVisit2B");
        assert_eq!(claim("SiteVisit", "हाँ"), "SiteVisitHaaN");
        assert_eq!(claim("SiteVisit", "!"), "SiteVisitU0021");
    }
}

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
    /// The next numbers to try after a name.
    ///
    /// Each number is tried once, so the clashes of a name take linear time.
    numbers: HashMap<String, RangeFrom<usize>>,
}

/// Owner of a name.
#[derive(Clone, Debug)]
pub(crate) enum Owner {
    /// The generated code itself, or the prelude.
    Reserved,
    /// An item of the schema: its name in telecrm and its span.
    Item(String, Span),
}

/// The result of a claim.
#[derive(Debug)]
pub(crate) struct Claim {
    /// The identifier in code (`r#type`).
    pub(crate) ident: String,
    /// The owner of the requested name, if it was taken.
    pub(crate) taken_by: Option<Owner>,
}

impl Scope {
    /// Creates a namespace with reserved names.
    pub(crate) fn new(style: Style, reserved: &[&[&str]]) -> Self {
        let taken = reserved
            .iter()
            .flat_map(|names| names.iter())
            .map(|&name| (name.to_owned(), Owner::Reserved))
            .collect();
        Self { style, taken, numbers: HashMap::new() }
    }

    /// The case of the names in this namespace.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Claims exactly this name, for a rename by the user.
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

    /// Claims a name, or the first free name with a suffix: `part`, then `2`, `3`, ….
    pub(crate) fn claim(&mut self, name: &str, part: Option<&str>, owner: (&str, Span)) -> Claim {
        let Some(owner_before) = self.taken.get(name).cloned() else {
            self.take(name, owner);
            return Claim { ident: escape(name), taken_by: None };
        };
        let first = part.map(|part| self.style.joined(name, part));
        let free = first.filter(|name| !self.taken.contains_key(name));
        let free = free.unwrap_or_else(|| self.numbered(name));
        self.take(&free, owner);
        Claim { ident: escape(&free), taken_by: Some(owner_before) }
    }

    fn numbered(&mut self, name: &str) -> String {
        let numbers = self.numbers.entry(name.to_owned()).or_insert(2..);
        loop {
            // A range without an end always yields a number.
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
    fn first_claim_keeps_the_name_and_later_claims_are_numbered() {
        let mut scope = Scope::new(Style::Camel, &[&["Status"]]);
        let mut claim = |name: &str, line| {
            let claim = scope.claim(name, None, (name, at(line)));
            (claim.ident, claim.taken_by.is_some())
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
    fn snake_case_numbers_have_an_underscore_and_keywords_are_raw() {
        let mut scope = Scope::new(Style::Snake, &[]);
        assert_eq!(scope.claim("type", None, ("type", at(1))).ident, "r#type");
        assert_eq!(scope.claim("type", None, ("Type", at(2))).ident, "type_2");
        assert_eq!(scope.claim("self", None, ("self", at(3))).ident, "self_");
    }

    #[test]
    fn clashing_action_gets_its_code_before_a_number() {
        let mut scope = Scope::new(Style::Camel, &[&["Payment"]]);
        let mut claim = |name: &str, code| scope.claim(name, Some(code), (name, at(1))).ident;
        assert_eq!(claim("Payment", "1007"), "Payment1007");
        assert_eq!(claim("SiteVisit", "1001"), "SiteVisit");
        assert_eq!(claim("SiteVisit", "1002"), "SiteVisit1002");
        assert_eq!(claim("SiteVisit", "1002"), "SiteVisit2");
        // Codes are converted like other names.
        assert_eq!(claim("SiteVisit", "1.5"), "SiteVisit1_5");
        assert_eq!(claim("SiteVisit", "2-b"), "SiteVisit2B");
        assert_eq!(claim("SiteVisit", "हाँ"), "SiteVisitHaaN");
        assert_eq!(claim("SiteVisit", "!"), "SiteVisitU0021");
    }
}

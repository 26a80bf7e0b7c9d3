//! Assumptions about telecrm, and their provenance: one table.
//!
//! A rule of the catalogue depends on some of them. No document confirms those that are inferred or unknown.

use std::fmt;

use serde::{Serialize, Serializer};

use super::drop_rule::DropRule;

/// Origin of a statement about telecrm, from the most certain to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Provenance {
    /// telecrm's documentation contains it.
    Documented,
    /// Public integrations show it.
    Seen,
    /// telecrm's documentation contains a part of it.
    InPart,
    /// It follows from the documentation, which does not contain it.
    Inferred,
    /// No source contains it.
    Unknown,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Documented => "documented",
            Self::Seen => "seen",
            Self::InPart => "in part",
            Self::Inferred => "inferred",
            Self::Unknown => "unknown",
        })
    }
}

/// Serializes the words of `Display`.
impl Serialize for Provenance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An assumption about telecrm, with a stable id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assumption {
    /// The stable id: `A01`, ….
    pub id: &'static str,
    /// The statement.
    pub sentence: &'static str,
    /// The origin of the statement.
    pub provenance: Provenance,
    /// More about the origin; empty if there is nothing to add.
    pub source: &'static str,
    /// The ids of the rules that depend on the statement.
    pub rules: &'static [&'static str],
}

macro_rules! assumptions {
    ($($id:literal $provenance:ident $($source:literal)?, $sentence:literal $(=> $($rule:literal)+)?;)*) => {
        impl Assumption {
            /// All assumptions, in the order of their ids.
            pub const ALL: &[Self] = &[$(Self {
                id: $id,
                sentence: $sentence,
                provenance: Provenance::$provenance,
                source: concat!($($source)?),
                rules: &[$($($rule),+)?],
            }),*];
        }
    };
}

assumptions! {
    "A01" Documented, "a phone of 10 digits gets the workspace's default country";
    "A02" Inferred, "a leading `+` is not stored";
    "A03" Inferred, "a phone with a trunk 0 is not valid" => "D04";
    "A04" InPart "documented as advice", "a phone with spaces is not valid" => "D04";
    "A05" InPart "`99999` documented", "a phone below 8 or above 15 digits is dropped" => "D04";
    "A06" Inferred, "a bad identifier drops the whole lead" => "D20";
    "A07" Inferred, "a text over its limit is dropped, not cut" => "D30";
    "A08" Inferred, "limits count Unicode characters" => "D30";
    "A09" Documented, "spaces around a text are kept";
    "A10" Unknown, "an empty text leaves the stored value unchanged" => "D20";
    "A11" Unknown, "`null` leaves the stored value unchanged";
    "A12" Unknown, "tags replace the stored tags; `[]` clears them";
    "A13" Documented, "an unknown dropdown label is created" => "D06";
    "A14" Inferred, "an unknown tag is created" => "D08";
    "A15" Seen, "a label that differs by case is a second option" => "D06";
    "A16" Inferred, "an archived status or lost reason is dropped" => "D15" "D16";
    "A17" InPart "documented for search", "a status is matched case-sensitively when written" => "D15" "D16";
    "A18" Inferred, "a lost reason needs a status of stage LOST" => "D15" "D16";
    "A19" Inferred, r#"`"5"` is not valid for a number"# => "D01";
    "A20" Documented, "a rating is an integer from 1 to 5" => "D13";
    "A21" InPart, "a date as text is read day first, in the workspace's time zone" => "D05";
    "A22" Documented, "an ISO date is dropped or stored wrong" => "D05";
    "A23" Inferred, "milliseconds before 1970, 0 and seconds are stored as sent" => "D37";
    "A24" Inferred, "money is plain digits as text" => "D09" "D10";
    "A25" Inferred, "a URL without scheme is dropped" => "D11";
    "A26" InPart, "an email's case is kept, and ignored when matching";
    "A27" Inferred, "an assignee who is not a team member is dropped" => "D12";
    "A28" Unknown, "`created_on` of an action that may not be backdated drops the action" => "D25";
    "A29" Unknown, "`created_on` is not an input of the Sync API";
    "A30" Documented, "a payment that lacks a part is dropped" => "D26";
    "A31" Documented "yet five public integrations send it", "`SYSTEM_NOTE` by the Async API is dropped" => "D23";
    "A32" Documented "contradicted by a former page", "an action type without prefix is dropped, as text and as number" => "D22";
    "A33" Unknown "one documented sample suggests the action", "one bad field of an action drops that field, not the action" => "D24";
    "A34" Inferred, "equal actions are all kept" => "D36";
    "A35" Documented, "actions of one request keep their order";
    "A36" Unknown, "requests for one lead keep their order";
    "A37" Unknown, "two first posts at the same time create one lead";
    "A38" Seen, "unknown keys next to `fields` are ignored" => "D29";
    "A39" InPart "documented for reading", "an API name in a different letter case is a different field" => "D18";
    "A40" Documented, "a text identifier in a different letter case is the same lead";
    "A41" Unknown, "a changed `lockAfterCreate` field is dropped, the rest is applied" => "LOCKED";
    "A42" InPart, "a Sync update with one invalid value applies nothing";
    "A43" Unknown, "a queued lead is stored within seconds";
    "A44" Unknown, "a search finds a lead immediately after it is stored";
    "A45" Inferred, "a body without `fields` gets 200, and so does invalid JSON";
}

impl Assumption {
    /// Returns the assumption with this id, ignoring case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|assumption| assumption.id.eq_ignore_ascii_case(id))
    }
}

impl DropRule {
    /// Returns the assumptions that the rule depends on.
    pub fn assumptions(self) -> impl Iterator<Item = &'static Assumption> {
        Assumption::ALL.iter().filter(move |assumption| assumption.rules.contains(&self.id()))
    }

    /// Returns the provenance of the rule: that of its least certain assumption.
    ///
    /// A rule without assumptions is documented, or does not concern telecrm's behavior.
    #[must_use]
    pub fn provenance(self) -> Provenance {
        let assumptions = self.assumptions().map(|assumption| assumption.provenance);
        assumptions.max().unwrap_or(Provenance::Documented)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point_11_assumptions_are_in_order_and_name_existing_rules() {
        let ids: Vec<&str> = Assumption::ALL.iter().map(|assumption| assumption.id).collect();
        let expected: Vec<String> = (1..=45).map(|number| format!("A{number:02}")).collect();
        assert_eq!(ids, expected);
        for assumption in Assumption::ALL {
            for rule in assumption.rules {
                assert!(DropRule::from_id(rule).is_some(), "{}: {rule}", assumption.id);
            }
            assert!(!assumption.sentence.is_empty() && !assumption.sentence.ends_with('.'));
        }
    }

    #[test]
    fn point_11_rule_has_the_provenance_of_its_least_certain_assumption() {
        let of = |rule: DropRule| {
            let ids: Vec<&str> = rule.assumptions().map(|assumption| assumption.id).collect();
            (rule.provenance(), ids)
        };
        assert_eq!(of(DropRule::UnknownOption), (Provenance::Seen, vec!["A13", "A15"]));
        assert_eq!(of(DropRule::BlankIdentifier), (Provenance::Unknown, vec!["A06", "A10"]));
        assert_eq!(of(DropRule::UnknownField), (Provenance::Documented, vec![]));
    }
}

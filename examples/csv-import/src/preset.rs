//! Presets: the columns of exports whose format is known.

use serde::Deserialize;

use crate::crm::fields;

/// A known export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Preset {
    /// Meta's lead export: the leads of Facebook and Instagram forms.
    Meta,
}

/// Columns of Meta's export that contain a value of the lead. The constants of the fields make a typing
/// mistake a compile error.
const META_FIELDS: [(&str, &str); 3] =
    [("full_name", fields::NAME), ("phone_number", fields::PHONE), ("email", fields::EMAIL)];

/// Columns of Meta's export about the advertisement and the form.
const META_OTHERS: [&str; 17] = [
    "id",
    "created_time",
    "ad_id",
    "ad_name",
    "adset_id",
    "adset_name",
    "campaign_id",
    "campaign_name",
    "form_id",
    "form_name",
    "is_organic",
    "platform",
    "lead_status",
    "inbox_url",
    "is_qualified",
    "is_quality",
    "is_converted",
];

/// Letters before `:` that Meta writes before numbers, so that spreadsheets keep them as text.
const META_PREFIXES: [&str; 7] = ["p:", "l:", "ag:", "as:", "c:", "f:", "z:"];

/// Start of every value of Meta's test leads.
const META_TEST: &str = "<test lead:";

impl Preset {
    /// Returns whether the export has this column.
    pub(crate) fn contains(self, header: &str) -> bool {
        self.field(header).is_some() || self.ignores(header)
    }

    /// The API name of the column's field.
    pub(crate) fn field(self, header: &str) -> Option<&'static str> {
        let Self::Meta = self;
        META_FIELDS.iter().find(|(column, _)| *column == header).map(|(_, field)| *field)
    }

    /// Returns whether the column has no field.
    pub(crate) fn ignores(self, header: &str) -> bool {
        let Self::Meta = self;
        META_OTHERS.contains(&header)
    }

    /// Removes the letters before a number.
    pub(crate) fn unprefixed(self, cell: &str) -> &str {
        let Self::Meta = self;
        let cell = cell.trim();
        let value = META_PREFIXES.iter().find_map(|prefix| cell.strip_prefix(prefix));
        // A text may start with these letters, too.
        let is_number =
            |value: &&str| value.starts_with(|c: char| c.is_ascii_digit() || "+<".contains(c));
        value.filter(is_number).unwrap_or(cell)
    }

    /// Returns whether the cell belongs to a test lead, which is not imported.
    pub(crate) fn is_test(self, cell: &str) -> bool {
        self.unprefixed(cell).starts_with(META_TEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_removed_only_before_numbers() {
        for (cell, value) in [
            ("p:+919999990060", "+919999990060"),
            ("l:100000000000001", "100000000000001"),
            (
                " p:<test lead: dummy data for phone_number>",
                "<test lead: dummy data for phone_number>",
            ),
            ("c: before six", "c: before six"),
            ("Asha Rao", "Asha Rao"),
        ] {
            assert_eq!(Preset::Meta.unprefixed(cell), value);
        }
        assert!(Preset::Meta.is_test("p:<test lead: dummy data for phone_number>"));
        assert!(!Preset::Meta.is_test("Asha"));
    }
}

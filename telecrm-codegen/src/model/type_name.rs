//! The spellings of the field types.

use super::{Kind, Options};

/// The 14 field types, before a field's options and limits are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeName {
    Text,
    Email,
    Phone,
    Number,
    Date,
    Dropdown,
    Tags,
    Money,
    Website,
    MediaLink,
    ActiveUsers,
    Rating,
    Status,
    LostReason,
}

/// As the Sync API spells them. For the two-word ones that is inferred, so case, `_` and `-` do
/// not count when they are read.
pub(crate) const TYPES: [(&str, TypeName); 14] = [
    ("TEXT", TypeName::Text),
    ("EMAIL", TypeName::Email),
    ("PHONE", TypeName::Phone),
    ("NUMBER", TypeName::Number),
    ("DATE", TypeName::Date),
    ("DROPDOWN", TypeName::Dropdown),
    ("TAGS", TypeName::Tags),
    ("MONEY", TypeName::Money),
    ("WEBSITE", TypeName::Website),
    ("MEDIA_LINK", TypeName::MediaLink),
    ("ACTIVE_USERS", TypeName::ActiveUsers),
    ("RATING", TypeName::Rating),
    ("STATUS", TypeName::Status),
    ("LOST_REASON", TypeName::LostReason),
];

/// What counts of a spelling.
fn plain(spelled: &str) -> impl Iterator<Item = char> {
    spelled.chars().filter(|it| !matches!(it, '_' | '-' | ' ')).flat_map(char::to_lowercase)
}

impl TypeName {
    /// Reads a type's name in any of its spellings.
    pub(crate) fn read(spelled: &str) -> Option<Self> {
        TYPES.iter().find(|(name, _)| plain(name).eq(plain(spelled))).map(|&(_, found)| found)
    }

    /// The API's own spelling.
    pub(crate) fn name(self) -> &'static str {
        TYPES.iter().find(|&&(_, it)| it == self).map_or("", |&(name, _)| name)
    }

    pub(crate) fn takes_options(self) -> bool {
        matches!(self, Self::Dropdown | Self::Tags)
    }
}

impl Kind {
    /// The type as the Sync API spells it, `DROPDOWN`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let type_name = match self {
            Self::Text(_) => TypeName::Text,
            Self::Email => TypeName::Email,
            Self::Phone => TypeName::Phone,
            Self::Number => TypeName::Number,
            Self::Date => TypeName::Date,
            Self::Dropdown(_) => TypeName::Dropdown,
            Self::Tags(_) => TypeName::Tags,
            Self::Money => TypeName::Money,
            Self::Website => TypeName::Website,
            Self::MediaLink => TypeName::MediaLink,
            Self::ActiveUsers => TypeName::ActiveUsers,
            Self::Rating => TypeName::Rating,
            Self::Status => TypeName::Status,
            Self::LostReason => TypeName::LostReason,
        };
        type_name.name()
    }

    /// The labels of its own that such a field has.
    #[must_use]
    pub fn options(&self) -> Option<&Options> {
        match self {
            Self::Dropdown(options) | Self::Tags(options) => Some(options),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_word_types_are_read_in_every_spelling() {
        for spelled in ["ACTIVE_USERS", "activeUsers", "active-users", "Active Users"] {
            assert_eq!(TypeName::read(spelled), Some(TypeName::ActiveUsers), "{spelled}");
        }
        assert_eq!(TypeName::read("medialink"), Some(TypeName::MediaLink));
        assert_eq!(TypeName::read("CHECKBOX"), None);
    }
}

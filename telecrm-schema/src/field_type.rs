//! Field types of telecrm, and their names.

use crate::diagnostic::{Span, Spanned};

/// The 14 field types of telecrm, with the limits or labels of a field.
///
/// The enum is exhaustive on purpose: each consumer must handle every type.
///
/// ```
/// use telecrm_schema::FieldType;
///
/// let field_type = FieldType::parse("activeUsers").expect("a known type");
/// assert_eq!(field_type.name(), "ACTIVE_USERS");
/// ```
#[derive(Clone, Debug)]
pub enum FieldType {
    /// Free text with optional limits.
    Text(Length),
    /// `local@domain.tld`.
    Email,
    /// Country code and national number.
    Phone,
    /// Integer or decimal.
    Number,
    /// An instant, Unix milliseconds on the wire.
    Date,
    /// One label of a list.
    Dropdown(Options),
    /// Labels of a list.
    Tags(Options),
    /// A numeric string in the workspace's currency.
    Money,
    /// A URL.
    Website,
    /// A publicly reachable URL.
    MediaLink,
    /// A team member's email.
    ActiveUsers,
    /// 1 to 5.
    Rating,
    /// Label of an active status of the [`Pipeline`](crate::Pipeline).
    Status,
    /// Label of an active lost reason of the [`Pipeline`](crate::Pipeline).
    LostReason,
}

/// A label of an option, a status or a lost reason.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Label {
    /// telecrm's own id (`id`, `statusid`, `reasonid`), if the schema contains it. With the id, a
    /// changed label is distinguished from a removed and an added label.
    pub id: Option<String>,
    /// The label on the wire, byte for byte.
    pub text: String,
    /// The position of the label in the file.
    pub span: Span,
    /// Earlier labels (`formerly`), newest first.
    pub formerly: Vec<Spanned<String>>,
}

/// Limits of a text, in Unicode characters. Both bounds are inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// `minLength`.
    pub min: Option<u32>,
    /// `maxLength`.
    pub max: Option<u32>,
}

impl Length {
    /// Returns both bounds, if there is at least one.
    #[must_use]
    pub fn bounds(self) -> Option<(u32, u32)> {
        let limited = self.min.is_some() || self.max.is_some();
        limited.then(|| (self.min.unwrap_or(0), self.max.unwrap_or(u32::MAX)))
    }
}

/// The labels of a dropdown or tags field.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The labels in the order of the file, each once.
    pub labels: Vec<Label>,
    /// Whether `codegen: open` allows other labels.
    pub open: bool,
}

impl FieldType {
    /// The names of the types in the Sync API.
    pub const NAMES: [&str; 14] = [
        "TEXT",
        "EMAIL",
        "PHONE",
        "NUMBER",
        "DATE",
        "DROPDOWN",
        "TAGS",
        "MONEY",
        "WEBSITE",
        "MEDIA_LINK",
        "ACTIVE_USERS",
        "RATING",
        "STATUS",
        "LOST_REASON",
    ];

    /// Parses the name of a type. The result has neither limits nor labels.
    ///
    /// telecrm does not document the spelling of two-word types, so case, spaces, `_` and `-` are
    /// ignored.
    #[must_use]
    pub fn parse(spelled: &str) -> Option<Self> {
        let words = spelled.chars().filter(|character| !matches!(character, '_' | '-' | ' '));
        let plain: String = words.flat_map(char::to_lowercase).collect();
        Some(match plain.as_str() {
            "text" => Self::Text(Length::default()),
            "email" => Self::Email,
            "phone" => Self::Phone,
            "number" => Self::Number,
            "date" => Self::Date,
            "dropdown" => Self::Dropdown(Options::default()),
            "tags" => Self::Tags(Options::default()),
            "money" => Self::Money,
            "website" => Self::Website,
            "medialink" => Self::MediaLink,
            "activeusers" => Self::ActiveUsers,
            "rating" => Self::Rating,
            "status" => Self::Status,
            "lostreason" => Self::LostReason,
            _ => return None,
        })
    }

    /// Returns the name of the type in the Sync API, such as `DROPDOWN`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "TEXT",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Number => "NUMBER",
            Self::Date => "DATE",
            Self::Dropdown(_) => "DROPDOWN",
            Self::Tags(_) => "TAGS",
            Self::Money => "MONEY",
            Self::Website => "WEBSITE",
            Self::MediaLink => "MEDIA_LINK",
            Self::ActiveUsers => "ACTIVE_USERS",
            Self::Rating => "RATING",
            Self::Status => "STATUS",
            Self::LostReason => "LOST_REASON",
        }
    }

    /// Returns the options of a dropdown or tags field.
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
    fn two_word_types_parse_in_every_spelling() {
        for spelled in ["ACTIVE_USERS", "activeUsers", "active-users", "Active Users"] {
            assert!(matches!(FieldType::parse(spelled), Some(FieldType::ActiveUsers)), "{spelled}");
        }
        assert!(matches!(FieldType::parse("medialink"), Some(FieldType::MediaLink)));
        assert!(FieldType::parse("CHECKBOX").is_none());
    }

    #[test]
    fn every_name_round_trips() {
        for name in FieldType::NAMES {
            assert_eq!(FieldType::parse(name).map(|field_type| field_type.name()), Some(name));
        }
    }
}

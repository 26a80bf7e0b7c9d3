//! Section `enterprise`: the response of `GET /metadata`.

use super::reader::{Reader, prose};
use crate::diagnostic::Spanned;
use crate::yaml::Node;

/// The workspace of the schema.
#[derive(Debug, Default)]
pub(crate) struct Enterprise {
    pub(crate) id: Option<Spanned<String>>,
    pub(crate) name: Option<String>,
    /// `leadIdentifierFieldId`
    pub(crate) identifier: Option<Spanned<String>>,
}

const KEYS: [&str; 8] = [
    "id",
    "name",
    "leadIdentifierFieldId",
    "creationTimeStamp",
    "teamSize",
    "industry",
    "website",
    "integrations",
];

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Enterprise {
    let Some(entries) = reader.mapping(node, "`enterprise`") else {
        return Enterprise::default();
    };
    reader.warn_unknown_keys(&entries, "`enterprise`", &KEYS);
    Enterprise {
        id: entries.get_non_null("id").and_then(|id| reader.name(id, "the enterprise id")),
        name: prose(entries.get("name")),
        identifier: entries
            .get_non_null("leadIdentifierFieldId")
            .and_then(|id| reader.name(id, "`leadIdentifierFieldId`")),
    }
}

//! Names that each namespace of the generated code has taken before the schema is read.

/// Setters of `Lead`, beside its own methods and those that callers expect of any value.
pub(crate) const LEAD_FIELDS: &[&str] = &[
    "new",
    "set",
    "set_with",
    "action",
    "actions",
    "action_at",
    "workspace",
    "encode",
    "serialize",
];

/// Setters of an action, beside its own methods.
pub(crate) const ACTION_FIELDS: &[&str] =
    &["new", "set", "set_with", "created_on", "backdated_to", "into_action"];

/// Methods of the traits that every generated struct has: a setter would hide them.
pub(crate) const COMMON_METHODS: &[&str] = &[
    "clone",
    "clone_from",
    "clone_into",
    "default",
    "eq",
    "ne",
    "fmt",
    "into",
    "from",
    "try_into",
    "try_from",
    "to_owned",
    "borrow",
    "borrow_mut",
    "type_id",
];

/// Enums in `options`: these two names belong to the types.
pub(crate) const OPTION_TYPES: &[&str] = &["Status", "LostReason"];

/// Structs and modules in `actions`; the structs are variants of `Action` as well.
pub(crate) const ACTION_TYPES: &[&str] = &["Payment", "Action", "actions", "telecrm"];

/// Types that would shadow the prelude where somebody writes `use crm::options::*`.
pub(crate) const PRELUDE: &[&str] = &[
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "String",
    "Vec",
    "Box",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Unpin",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Extend",
    "Default",
    "Eq",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "ToOwned",
    "ToString",
    "FromIterator",
];

/// Variants, beside the associated items of their enum.
pub(crate) const VARIANTS: &[&str] = &["ALL", "LABELS", "STAGES"];

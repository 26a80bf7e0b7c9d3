//! Traits of the setters of dropdown, tags, status and lost-reason fields.

use crate::label::Labelled;
use crate::open::Open;

/// Types that the setter of a dropdown accepts: an option of that dropdown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an option of the telecrm dropdown `{E}`",
    label = "expected `{E}`",
    note = "telecrm creates a new option for an unknown label, so a typo would add an option to the workspace",
    note = "write `{E}::…`, or `text.parse::<{E}>()?` for text known at run time",
    note = "to send labels outside the list, add the field to `codegen: open` in the schema"
)]
pub trait IntoDropdown<E> {
    /// Returns the option, or `None` to leave the field unset.
    fn into_value(self) -> Option<E>;
}

#[diagnostic::do_not_recommend]
impl<E: Labelled> IntoDropdown<E> for E {
    fn into_value(self) -> Option<E> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Labelled, U: IntoDropdown<E>> IntoDropdown<E> for Option<U> {
    fn into_value(self) -> Option<E> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a dropdown under `codegen: open` accepts.
///
/// These are an option of that dropdown, and an [`Open`] of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an option of the telecrm dropdown `{E}`",
    label = "expected `{E}` or `Open<{E}>`",
    note = "telecrm creates a new option for an unknown label, so a new label must be explicit",
    note = "write `{E}::…`, or `Open::new_label(\"…\")` for a label outside the list",
    note = "for text known at run time, write `text.parse::<Open<{E}>>()?`, which accepts both"
)]
pub trait IntoOpenDropdown<E> {
    /// Returns the option or new label, or `None` to leave the field unset.
    fn into_value(self) -> Option<Open<E>>;
}

#[diagnostic::do_not_recommend]
impl<E: Labelled> IntoOpenDropdown<E> for E {
    fn into_value(self) -> Option<Open<E>> {
        Some(Open::Listed(self))
    }
}

#[diagnostic::do_not_recommend]
impl<E: Labelled> IntoOpenDropdown<E> for Open<E> {
    fn into_value(self) -> Option<Open<E>> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Labelled, U: IntoOpenDropdown<E>> IntoOpenDropdown<E> for Option<U> {
    fn into_value(self) -> Option<Open<E>> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a tags field accepts: an array, a slice or a `Vec` of its tags.
#[diagnostic::on_unimplemented(
    message = "a telecrm TAGS field takes a list of `{E}`, not `{Self}`",
    label = "not a list of `{E}`",
    note = "telecrm silently drops tags that are not a list, and creates a new tag for an unknown label",
    note = "write `[{E}::…]`, also for a single tag; `Vec<{E}>` and `&[{E}]` are accepted, too",
    note = "for one label known at run time, write `text.parse::<{E}>()?`"
)]
pub trait IntoTags<E> {
    /// Returns the tags, or `None` to leave the field unset.
    fn into_value(self) -> Option<Vec<E>>;
}

/// Implements the trait of a tags field for each list type.
macro_rules! lists {
    ($trait:ident<$tag:ty>: $([$($generics:tt)*] $list:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<E: Labelled, $($generics)*> $trait<E> for $list {
            fn into_value(self) -> Option<Vec<$tag>> {
                Some(self.iter().cloned().map(Into::into).collect())
            }
        }
    )*};
    ($trait:ident<$tag:ty>: $($item:ty),*) => {$(
        lists! {
            $trait<$tag>:
            [] Vec<$item>;
            [] &Vec<$item>;
            [] &[$item];
            [const N: usize] [$item; N];
            [const N: usize] &[$item; N];
        }
    )*};
}

lists!(IntoTags<E>: E);

#[diagnostic::do_not_recommend]
impl<E: Labelled, U: IntoTags<E>> IntoTags<E> for Option<U> {
    fn into_value(self) -> Option<Vec<E>> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a tags field under `codegen: open` accepts.
///
/// These are an array, a slice or a `Vec` of its tags, or of [`Open`]s of its tags.
#[diagnostic::on_unimplemented(
    message = "a telecrm TAGS field takes a list of `{E}` or `Open<{E}>`, not `{Self}`",
    label = "not a list of `{E}` or `Open<{E}>`",
    note = "telecrm silently drops tags that are not a list, and creates a new tag for an unknown label",
    note = "write `[{E}::…]`, or `[Open::new_label(\"…\")]` for a label outside the list",
    note = "for one label known at run time, write `text.parse::<Open<{E}>>()?`, which accepts both"
)]
pub trait IntoOpenTags<E> {
    /// Returns the tags, or `None` to leave the field unset.
    fn into_value(self) -> Option<Vec<Open<E>>>;
}

lists!(IntoOpenTags<Open<E>>: E, Open<E>);

#[diagnostic::do_not_recommend]
impl<E: Labelled, U: IntoOpenTags<E>> IntoOpenTags<E> for Option<U> {
    fn into_value(self) -> Option<Vec<Open<E>>> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a status field accepts: an active status of the workspace.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an active telecrm status of this workspace",
    label = "expected `{S}`",
    note = "telecrm silently drops unknown and archived statuses, and labels match exactly",
    note = "write `{S}::…`, or `text.parse::<{S}>()?` for text known at run time"
)]
pub trait IntoStatus<S> {
    /// Returns the status, or `None` to leave the field unset.
    fn into_value(self) -> Option<S>;
}

#[diagnostic::do_not_recommend]
impl<S: Labelled> IntoStatus<S> for S {
    fn into_value(self) -> Option<S> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<S: Labelled, U: IntoStatus<S>> IntoStatus<S> for Option<U> {
    fn into_value(self) -> Option<S> {
        self.and_then(U::into_value)
    }
}

/// Types that the setter of a lost reason field accepts: an active lost reason of the workspace.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an active telecrm lost reason of this workspace",
    label = "expected `{L}`",
    note = "telecrm silently drops unknown and archived lost reasons, and labels match exactly",
    note = "write `{L}::…`, or `text.parse::<{L}>()?` for text known at run time"
)]
pub trait IntoLostReason<L> {
    /// Returns the lost reason, or `None` to leave the field unset.
    fn into_value(self) -> Option<L>;
}

#[diagnostic::do_not_recommend]
impl<L: Labelled> IntoLostReason<L> for L {
    fn into_value(self) -> Option<L> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<L: Labelled, U: IntoLostReason<L>> IntoLostReason<L> for Option<U> {
    fn into_value(self) -> Option<L> {
        self.and_then(U::into_value)
    }
}

//! Parameters of statements, with their SQL types: so a statement needs no name and no extra round trip.

use tokio_postgres::types::{ToSql, Type};

pub(super) trait Parameter: ToSql + Sync {
    fn sql_type(&self) -> Type;
}

pub(super) type Parameters<'a> = &'a [&'a dyn Parameter];

macro_rules! parameters {
    ($($rust:ty => $sql:ident,)*) => {
        $(
            impl Parameter for $rust {
                fn sql_type(&self) -> Type {
                    Type::$sql
                }
            }

            impl Parameter for Option<$rust> {
                fn sql_type(&self) -> Type {
                    Type::$sql
                }
            }
        )*
    };
}
parameters! {
    bool => BOOL,
    i16 => INT2,
    i64 => INT8,
    &str => TEXT,
    String => TEXT,
    Vec<u8> => BYTEA,
    Vec<i16> => INT2_ARRAY,
    Vec<i64> => INT8_ARRAY,
    Vec<String> => TEXT_ARRAY,
}

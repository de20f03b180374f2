"""Kinds of columns that several tables have."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column

Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
BirthMoment = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
Words = Annotated[str, mapped_column(Text)]
OwnId = Annotated[
    UUID, mapped_column(primary_key=True, default=uuid4, server_default=text("gen_random_uuid()"))
]
Document = Annotated[Any, mapped_column(JSONB(none_as_null=True))]
Count = Annotated[int, mapped_column(server_default=text("0"))]

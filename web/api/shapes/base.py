"""What all shapes are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Yuan = Annotated[int, Field(description="Whole yuan")]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, description="ISO 8601 with offset, Asia/Shanghai")
]
Hash = Annotated[str, Field(description="SHA-256, in hexadecimal figures")]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")

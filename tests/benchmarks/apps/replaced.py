"""The stack that this project takes over from: FastAPI, one SQLAlchemy ORM insert a request."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from vision_tasks.config import load_settings
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.models import Task

settings = load_settings()
engine = create_async_engine(
    settings.SQLALCHEMY_DATABASE_URI, pool_size=settings.DATABASE_POOL_SIZE, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class NewTask(BaseModel):
    filename: str


class ReadTask(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: TaskStatus
    filename: str
    result: Any
    version: int
    created_at: datetime
    updated_at: datetime


async def open_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@app.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "alive"}


@app.post("/api/v1/tasks", response_model=ReadTask, status_code=201)
async def create_task(
    new: NewTask, session: Annotated[AsyncSession, Depends(open_session)]
) -> Task:
    task = Task(filename=new.filename)
    session.add(task)
    await session.commit()
    await session.refresh(task)
    return task

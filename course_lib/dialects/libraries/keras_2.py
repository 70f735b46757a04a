"""The words of Keras 2, in which ``learning_rate`` came beside ``lr``, and an epsilon of None is 1e-7."""

from course_lib.dialects.library import Constructor, Library

CLIP = "*, clipnorm=None, clipvalue=None"

KERAS_2 = Library(
    name="Keras 2",
    prefix="keras.optimizers.",
    constructors={
        "SGD": Constructor(
            "SGD", f"learning_rate=0.01, momentum=0.0, nesterov=False, {CLIP}, decay=0.0, lr=None"
        ),
        "RMSprop": Constructor(
            "RMSprop", f"learning_rate=0.001, rho=0.9, {CLIP}, epsilon=1e-7, decay=0.0, lr=None"
        ),
        "Adagrad": Constructor("Adagrad", f"learning_rate=0.01, {CLIP}, epsilon=1e-7, decay=0.0, lr=None"),
        "Adadelta": Constructor(
            "Adadelta", f"learning_rate=1.0, rho=0.95, {CLIP}, epsilon=1e-7, decay=0.0, lr=None"
        ),
        "Adam": Constructor(
            "Adam",
            f"learning_rate=0.001, beta_1=0.9, beta_2=0.999, {CLIP}, epsilon=1e-7, decay=0.0, amsgrad=False, "
            "lr=None",
        ),
        "Adamax": Constructor(
            "Adamax",
            f"learning_rate=0.002, beta_1=0.9, beta_2=0.999, {CLIP}, epsilon=1e-7, decay=0.0, lr=None",
        ),
        "Nadam": Constructor(
            "Nadam",
            f"learning_rate=0.002, beta_1=0.9, beta_2=0.999, {CLIP}, epsilon=1e-7, schedule_decay=0.004, "
            "lr=None",
        ),
    },
    words={"learning_rate": "lr"},
)

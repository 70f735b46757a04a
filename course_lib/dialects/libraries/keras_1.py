"""The words of Keras 1.2.2."""

from course_lib.dialects.library import Constructor, Library

CLIP = "*, clipnorm=None, clipvalue=None"

KERAS_1 = Library(
    name="Keras 1",
    prefix="keras.optimizers.",
    constructors={
        "SGD": Constructor("SGD", f"lr=0.01, momentum=0.0, decay=0.0, nesterov=False, {CLIP}"),
        "RMSprop": Constructor("RMSprop", f"lr=0.001, rho=0.9, epsilon=1e-8, decay=0.0, {CLIP}"),
        "Adagrad": Constructor("Adagrad", f"lr=0.01, epsilon=1e-8, decay=0.0, {CLIP}"),
        "Adadelta": Constructor("Adadelta", f"lr=1.0, rho=0.95, epsilon=1e-8, decay=0.0, {CLIP}"),
        "Adam": Constructor("Adam", f"lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0, {CLIP}"),
        "Adamax": Constructor(
            "Adamax", f"lr=0.002, beta_1=0.9, beta_2=0.999, epsilon=1e-8, decay=0.0, {CLIP}"
        ),
        "Nadam": Constructor(
            "Nadam", f"lr=0.002, beta_1=0.9, beta_2=0.999, epsilon=1e-8, schedule_decay=0.004, {CLIP}"
        ),
    },
    beside={"l2": "W_regularizer=keras.regularizers.l2({half})  # in every layer; b_regularizer, too"},
)

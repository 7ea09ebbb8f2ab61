// Browsers tell the type of a file by its name. Some do not know the endings of all pictures, and Gradio would refuse
// those that have no type of a picture.
((endings) => {
  const type = Object.getOwnPropertyDescriptor(Blob.prototype, "type").get;
  Object.defineProperty(File.prototype, "type", {
    configurable: true,
    get() {
      const told = type.call(this);
      const ending = this.name.slice(this.name.lastIndexOf(".")).toLowerCase();
      return endings.includes(ending) && !told.startsWith("image/") ? "image/" + ending.slice(1) : told;
    },
  });
})(ENDINGS);
